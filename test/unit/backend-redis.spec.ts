// Two processes of Node behind one Redis, as docs/backend-store.md sets them up.
import { expect, type TestInfo } from '@playwright/test'
import { backendApp } from '../recipes/backend-app.js'
import {
  clientId,
  clientSecret,
  outcomes,
  refusalOf,
  secret,
  signedIn,
  test as base,
  type World,
} from '../support/backend.js'
import { started, startRedis } from '../support/redis.js'

type Stop = () => Promise<void>

interface Process {
  readonly handle: World['backend']['handle']
  readonly stop: Stop
}

/** What was started, and is to be stopped whatever becomes of the test. */
const test = base.extend<{ redis: { url: string; stop: () => Promise<void> }; stops: Stop[] }>({
  stops: async ({}, use) => {
    const stops: Stop[] = []
    await use(stops)
    // First what needs what was started before.
    for (const stop of stops.toReversed()) await stop()
  },
  redis: async ({ stops }, use) => {
    const redis = await startRedis()
    stops.push(redis.stop)
    await use(redis)
  },
})

/** A server of an app, in a process of its own. */
async function startServer(app: string, redis: string): Promise<Process> {
  const env = {
    ...process.env,
    CLIENT_SECRET: clientSecret,
    COOKIE_SECRET: secret,
    REDIS_URL: redis,
  }
  const running = await started(process.execPath, ['server.js'], /port (\d+)/, { cwd: app, env })
  if (!running) throw new Error('The server did not start.')
  const handle = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    const { method, headers } = request
    headers.delete('connection')
    const body = method === 'POST' ? await request.text() : null
    const url = `http://127.0.0.1:${running.said[1]}${pathname}${search}`
    const answer = await fetch(url, { method, headers, body, redirect: 'manual' })
    // What speaks of the connection to this server.
    const others = [...answer.headers].filter(
      ([name]) => !/^(connection|keep-alive|transfer-encoding)$/.test(name),
    )
    return new Response(answer.body, { status: answer.status, headers: others })
  }
  return { handle, stop: running.stop }
}

async function twoServers(world: World, heading: string, redis: string, info: TestInfo) {
  const recipes = { backend: heading, node: 'Node', server: 'Express' }
  const app = await backendApp(info.outputPath(heading), recipes, (code) =>
    code
      .replace('https://app.example.com', world.app)
      .replace('https://id.example.com', world.server.issuer)
      // A busy machine.
      .replace("'my-app',", `'${clientId}',\n  timeout: 100,`)
      .replace(
        'app.listen(3000)',
        "const server = app.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port))",
      ),
  )
  const both = [await startServer(app, redis), await startServer(app, redis)] as const
  let count = 0
  world.backend = {
    ...world.backend,
    handle: (request) => both[count++ % 2 ? 1 : 0].handle(request),
  }
  return both
}

for (const heading of ['Redis', 'Keyv'])
  test(`two processes with the store of the recipe for ${heading} are one backend`, async ({
    world,
    redis,
    stops,
  }, info) => {
    // A process without `add` that was too slow for a turn waits for a minute.
    test.setTimeout(600_000)
    const both = await twoServers(world, heading, redis.url, info)
    stops.push(...both.map(({ stop }) => stop))

    world.server.options.accessTokenLifetime = 1
    const browser = await signedIn(world)
    const { at = 0 } = world.server.requests('token').at(-1) ?? {}
    await expect.poll(() => Date.now() - at > 1000).toBe(true)
    world.server.options.accessTokenLifetime = 300
    const calls = Array.from({ length: 40 }, () => browser.json('token', {}))
    const tokens = new Set((await Promise.all(calls)).map(({ token }) => token))
    expect(tokens.size).toBe(1)
    expect(world.server.verify(String([...tokens][0]))).toBeTruthy()
    expect(outcomes(world)).toEqual(['rotated'])

    const cookie = browser.cookieHeader()
    world.backend = { ...world.backend, handle: both[0].handle }
    await browser.json('sign-out', { local: true })
    world.backend = { ...world.backend, handle: both[1].handle }
    const late = await browser.call('token', {}, { cookie })
    expect(await refusalOf(late)).toEqual([401, 'not_signed_in'])
  })
