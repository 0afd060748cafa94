import type { BrowserContext } from '@playwright/test'
import type { AuthOptions } from '../../src/index.js'
import type { Fault, MockServer } from '../../src/testing/index.js'
import { expect, Tab, test } from '../fixture.js'
import { atRow } from '../words-rows.js'
import {
  bend,
  call,
  elapsed,
  expire,
  holdTokens,
  nearExpiry,
  refreshes,
  saying,
  stored,
  wake,
} from '../words-session.js'

const html = { 'content-type': 'text/html' }
const json = { 'content-type': 'application/json' }
const refused = '{"error":"invalid_grant"}'

// Faults after which nobody knows whether the server took the refresh token.
type Unknown = [name: string, fault: Fault, code: string]

const down: Unknown[] = [
  ['status 500', { status: 500 }, 'server_error'],
  ['status 503', { status: 503 }, 'server_error'],
  [
    'a 5xx that carries invalid_grant',
    { status: 502, body: refused, headers: json },
    'server_error',
  ],
  ['a connection cut before the server has read it', { drop: 'before' }, 'network'],
  ['CORS refused', { cors: false }, 'network'],
]

const nonsense: Unknown[] = [
  [
    'a page of HTML with status 200',
    { body: '<title>Hotel</title>', headers: html },
    'invalid_response',
  ],
  ['JSON that breaks off', { body: '{"access_token":"ey', headers: json }, 'invalid_response'],
  ['status 403', { status: 403, body: '{"error":"forbidden"}', headers: json }, 'oauth_error'],
  ['status 200 with nothing', {}, 'invalid_response'],
]

/** Another tab, at a server of its own and signed in there: so it can wait beside others. */
async function tabAt(
  { issuer }: MockServer,
  context: BrowserContext,
  options: AuthOptions,
): Promise<Tab> {
  const page = await context.newPage()
  // The context's own script sets these, too, and may run before this one or after it.
  await page.addInitScript(
    (given) => Object.defineProperty(window, 'options', { get: () => given, set: () => {} }),
    { ...options, issuer } as AuthOptions,
  )
  const tab = new Tab(page)
  if ((await tab.open()).status === 'signed-out') await tab.signIn()
  return tab
}

for (const [what, rows] of [
  ['a server that is down or out of reach', down],
  ['an answer that nobody understands', nonsense],
] as const)
  test(`${what}: still signed in, asked once more, and well again later`, async ({
    context,
    servers,
    appOptions,
  }) => {
    const all = rows.map(([name, fault, code]) =>
      atRow(name, async () => {
        const server = servers.newServer()
        const tab = await tabAt(server, context, appOptions)
        const living = (await tab.token()).value
        const { refreshToken } = await nearExpiry(tab)
        server.fail('token', { handled: false, ...fault }, 2)
        expect((await tab.token()).value).toBe(living)
        await expect.poll(() => refreshes(server).length).toBe(2)
        await expect.poll(() => saying(tab)).toBe(`signed-in ${code}`)
        // What still lives serves, and nobody asks a third time for it, however much time has passed.
        await bend(tab, ({ mark }) => mark && Object.assign(mark, { until: Date.now() }))
        expect((await tab.refresh()).error?.code).toBe(code)
        await wake(tab, 'online')
        await tab.reload()
        expect((await tab.token()).value).toBe(living)
        expect(await saying(tab)).toBe(`signed-in ${code}`)
        expect(refreshes(server)).toHaveLength(2)
        for (const { params } of refreshes(server))
          expect(params['refresh_token']).toBe(refreshToken)
        // All is lost anyway: now it is.
        await expire(tab)
        expect(server.verify((await tab.token()).value ?? '')).toBeDefined()
        expect(await saying(tab)).toBe('signed-in')
        expect(refreshes(server)).toHaveLength(3)
      }),
    )
    await Promise.all(all)
  })

test('an answer that got lost is asked for once more: a server with a grace time repeats it, one that forgives nothing ends the session', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  server.options.reuseGrace = 30
  await expire(app)
  server.fail('token', { drop: 'after' })
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
  expect(await saying(app)).toBe('signed-in')
  expect(server.refreshTokenUses).toHaveLength(2)

  server.options.reuseGrace = 0
  await expire(app)
  server.fail('token', { drop: 'after' })
  expect((await app.token()).error?.code).toBe('session_ended')
  expect(await saying(app)).toBe('signed-out session_ended')
  expect(server.refreshTokenUses).toHaveLength(4)
})

test('Retry-After is waited out by every tab, but not believed for more than a minute', async ({
  context,
  servers,
  appOptions,
}) => {
  const retryAfter = (status: number, seconds: string): Fault => {
    const headers = { 'retry-after': seconds, 'access-control-expose-headers': 'retry-after' }
    return { status, handled: false, headers }
  }
  const waiting = [429, 503].map((status) =>
    atRow(`${status}, two seconds`, async () => {
      const server = servers.newServer()
      const app = await tabAt(server, context, appOptions)
      const second = await tabAt(server, context, appOptions)
      await expire(app, second)
      server.fail('token', retryAfter(status, '2'))
      const first = await call(app)
      await expect.poll(() => refreshes(server)).toHaveLength(1)
      const token = (await second.token()).value
      expect(server.verify(token ?? '')).toBeDefined()
      expect(await first.answer()).toBe(token)
      const [early, served] = refreshes(server)
      expect((served?.at ?? 0) - (early?.at ?? 0)).toBeGreaterThanOrEqual(1950)
      expect(refreshes(server)).toHaveLength(2)
    }),
  )
  const hour = atRow('429, an hour', async () => {
    const server = servers.newServer()
    const app = await tabAt(server, context, appOptions)
    const living = (await app.token()).value
    await nearExpiry(app)
    server.fail('token', retryAfter(429, '3600'))
    expect((await app.token()).value).toBe(living)
    await expect.poll(() => saying(app)).toBe('signed-in rate_limited')
    const until = (await stored(app)).mark?.until ?? 0
    expect(until - Date.now()).toBeGreaterThan(50_000)
    expect(until - Date.now()).toBeLessThanOrEqual(60_000)
    expect((await app.token()).value).toBe(living)
    expect(refreshes(server)).toHaveLength(1)
  })
  await Promise.all([...waiting, hour])
})

test.describe('with a timeout of one second', () => {
  test.use({ options: { timeout: 1 } })

  test('a caller waits so long for a server that hangs, and the late answer is used', async ({
    app,
    server,
  }) => {
    await app.open()
    await app.signIn()
    await expire(app)
    holdTokens(server)
    const took = elapsed(app.token().then(({ error }) => expect(error?.code).toBe('timeout')))
    expect(await took).toBeGreaterThanOrEqual(950)
    expect(await took).toBeLessThan(8000)
    expect(await saying(app)).toMatch(/^signed-in/)
    server.heal()
    await expect.poll(async () => (await app.token()).value).toBeDefined()
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')
    expect(server.refreshTokenUses).toHaveLength(1)
  })
})

test('offline, a call says so quickly; back online the tab goes on by itself', async ({
  app,
  context,
  server,
}) => {
  await app.open()
  await app.signIn()
  await expire(app)
  await context.setOffline(true)
  const took = elapsed(app.token().then(({ error }) => expect(error?.code).toBe('network')))
  expect(await took).toBeLessThan(5000)
  expect(await saying(app)).toBe('signed-in network')
  // Nothing was tried, so nothing counts against the refresh token.
  expect((await stored(app)).mark).toBeUndefined()
  expect(refreshes(server)).toHaveLength(0)
  await context.setOffline(false)
  await app.becomes('signed-in')
  expect(refreshes(server)).toHaveLength(1)
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
})
