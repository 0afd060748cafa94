// The recipes of docs/backend-servers.md. That for Express runs in backend-redis.spec.ts.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, type TestInfo } from '@playwright/test'
import { createServer, type UserConfig } from 'vite'
import { backendApp } from '../recipes/backend-app.js'
import { clientId, clientSecret, refusalOf, secret, test, type World } from '../support/backend.js'

/** What the recipe under this heading exports. */
async function recipe<Exports>(heading: string, world: World, info: TestInfo): Promise<Exports> {
  const files = { recipe: heading, node: 'Node' }
  const app = await backendApp(info.outputPath('recipes'), files, (code) => code)
  const options = {
    url: 'http://localhost/auth',
    issuer: world.server.issuer,
    clientId,
    clientSecret,
    secrets: secret,
  }
  writeFileSync(
    join(app, 'backend.js'),
    `import { createBackend } from 'pixy-auth/backend'
    export const backend = createBackend(${JSON.stringify(options)})`,
  )
  return (await import(pathToFileURL(join(app, 'recipe.js')).href)) as Exports
}

type Handle = (request: Request) => Response | Promise<Response>

/** Whether it is the backend: a GET, a POST with a body, and what is not its own. */
async function expectBackend(handle: Handle, origin = 'http://localhost'): Promise<void> {
  const headers = { 'x-pixy-auth': '1', 'sec-fetch-site': 'same-origin' }
  const session = await handle(new Request(`${origin}/auth/session`, { headers }))
  expect(await session.json()).toEqual({ status: 'signed-out' })
  const init = { method: 'POST', headers, body: '{"scope":"x' }
  const token = await handle(new Request(`${origin}/auth/token`, init))
  expect(await refusalOf(token)).toEqual([400, 'config'])
}

test('the recipe for Hono serves a backend', async ({ world }, info) => {
  const { default: app } = await recipe<{ default: { fetch: Handle } }>('Hono', world, info)
  await expectBackend(app.fetch)
  expect((await app.fetch(new Request('http://localhost/other'))).status).toBe(404)
})

test('the recipe for Next.js serves a backend', async ({ world }, info) => {
  const route = await recipe<Record<'GET' | 'POST', Handle>>('Next.js', world, info)
  await expectBackend((request) => route[request.method as 'GET' | 'POST'](request))
})

test('the recipe for Vite serves a backend', async ({ world }, info) => {
  const { default: config } = await recipe<{ default: UserConfig }>('Vite', world, info)
  const server = await createServer({
    ...config,
    configFile: false,
    root: info.outputPath(),
    logLevel: 'silent',
    server: { port: 0, host: '127.0.0.1', ws: false },
    optimizeDeps: { noDiscovery: true },
  })
  await server.listen()
  const [address] = server.resolvedUrls?.local ?? []
  await expectBackend((request) => fetch(request), new URL(address ?? '').origin)
  await server.close()
})
