import type { Fault, MockServer } from '../../src/testing/index.js'
import { expect, test, Tab } from '../fixture.js'
import { atRow, eachRow } from '../words-rows.js'
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
  leaks,
} from '../words-session.js'

const html = { 'content-type': 'text/html' }
const json = { 'content-type': 'application/json' }
const refused = '{"error":"invalid_grant"}'

/** Faults after which nobody knows whether the server took the refresh token. */
const unknown: [name: string, fault: Fault, code: string][] = [
  ['status 500', { status: 500 }, 'server_error'],
  ['status 503', { status: 503 }, 'server_error'],
  [
    'a 5xx that carries invalid_grant',
    { status: 502, body: refused, headers: json },
    'server_error',
  ],
  ['a connection cut before the server has read it', { drop: 'before' }, 'network'],
  [
    'a page of HTML with status 200',
    { body: '<title>Hotel</title>', headers: html },
    'invalid_response',
  ],
  ['JSON that breaks off', { body: '{"access_token":"ey', headers: json }, 'invalid_response'],
  ['status 403', { status: 403, body: '{"error":"forbidden"}', headers: json }, 'oauth_error'],
  ['status 200 with nothing', {}, 'invalid_response'],
  ['CORS refused', { cors: false }, 'network'],
]

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

for (const some of [unknown.slice(0, 5), unknown.slice(5)])
  test(`${some.map(([name]) => name).join(', or ')}: still signed in, asked once more, and well again later`, async ({
    context,
    servers,
    appOptions,
  }) => {
    // Side by side, each at a server of its own: they wait most of the time.
    const rows = some.map(([name, fault, code]) =>
      atRow(name, async () => {
        const server = servers.newServer()
        const page = await context.newPage()
        await page.addInitScript(
          (options) => {
            Object.defineProperty(window, 'options', { get: () => options, set: () => {} })
          },
          { ...appOptions, issuer: server.issuer },
        )
        const tab = new Tab(page)
        await tab.open()
        await tab.signIn()
        await rideOut(tab, server, fault, code)
      }),
    )
    await Promise.all(rows)
  })

/** A token near its end, and a server that does not renew it for now. */
async function rideOut(tab: Tab, server: MockServer, fault: Fault, code: string): Promise<void> {
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
  for (const { params } of refreshes(server)) expect(params['refresh_token']).toBe(refreshToken)
  // All is lost anyway: now it is.
  await expire(tab)
  expect(server.verify((await tab.token()).value ?? '')).toBeDefined()
  expect(await saying(tab)).toBe('signed-in')
  expect(refreshes(server)).toHaveLength(3)
}

test('an answer that got lost is asked for once more: a server with a grace time repeats it', async ({
  app,
  server,
}) => {
  server.options.reuseGrace = 30
  await expire(app)
  server.fail('token', { drop: 'after' })
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
  expect(await saying(app)).toBe('signed-in')
  expect(server.refreshTokenUses).toHaveLength(2)
})

test('an answer that got lost, with a server that forgives nothing, ends in a plain signed-out', async ({
  app,
  server,
}) => {
  await expire(app)
  server.fail('token', { drop: 'after' })
  expect((await app.token()).error?.code).toBe('session_ended')
  expect(await saying(app)).toBe('signed-out session_ended')
  expect(server.refreshTokenUses).toHaveLength(2)
})

const waiting: [name: string, fault: Fault][] = [
  ['429', { status: 429, headers: { 'retry-after': '2' } }],
  ['503', { status: 503, headers: { 'retry-after': '2' } }],
]

for (const [name, fault] of waiting)
  test(`${name} with Retry-After is waited out, by every tab`, async ({
    app,
    server,
    secondTab,
  }) => {
    server.options.metadata = {}
    const second = await secondTab()
    await expire(app, second)
    const headers = { ...fault.headers, 'access-control-expose-headers': 'retry-after' }
    server.fail('token', { ...fault, headers, handled: false })
    const first = await call(app)
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    const token = (await second.token()).value
    expect(await first.answer()).toBe(token)
    const [refused, served] = refreshes(server)
    expect((served?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1950)
    expect(refreshes(server)).toHaveLength(2)
  })

test('a Retry-After of an hour is not believed for more than a minute', async ({ app, server }) => {
  const living = (await app.token()).value
  await nearExpiry(app)
  const headers = { 'retry-after': '3600', 'access-control-expose-headers': 'retry-after' }
  server.fail('token', { status: 429, handled: false, headers })
  expect((await app.token()).value).toBe(living)
  await expect.poll(() => saying(app)).toBe('signed-in rate_limited')
  const until = (await stored(app)).mark?.until ?? 0
  expect(until - Date.now()).toBeGreaterThan(50_000)
  expect(until - Date.now()).toBeLessThanOrEqual(60_000)
  expect((await app.token()).value).toBe(living)
  expect(refreshes(server)).toHaveLength(1)
})

test.describe('with a timeout of one second', () => {
  test.use({ options: { timeout: 1 } })

  test('a caller waits so long for a server that hangs, and the late answer is used', async ({
    app,
    server,
  }) => {
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

test('invalid_grant ends the session, in every tab and without an error page', async ({
  app,
  server,
  secondTab,
}) => {
  const second = await secondTab()
  await expire(app, second)
  server.revokeGrants()
  expect((await app.token()).error).toMatchObject({ code: 'session_ended' })
  expect(await saying(app)).toBe('signed-out session_ended')
  await second.becomes('signed-out')
  expect(await saying(second)).toBe('signed-out session_ended')
  expect(refreshes(server)).toHaveLength(1)
  expect(await leaks(app, server)).toEqual([])
})

for (const status of [400, 401]) {
  const nothing: Fault = { status, handled: false }

  test(`${status} with an empty body does not end the session at once`, async ({ app, server }) => {
    await expire(app)
    server.fail('token', nothing)
    expect((await app.token()).error).toBeDefined()
    expect(await saying(app)).toMatch(/^signed-in ./)
    // Half a minute later, and the server is itself again.
    await bend(app, ({ mark }) => mark && Object.assign(mark, { until: Date.now() }))
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')
  })

  test(`${status} with an empty body ends it when met again after 30 s`, async ({
    app,
    server,
  }) => {
    await expire(app)
    server.fail('token', nothing, 2)
    await app.token()
    await bend(app, ({ mark }) => {
      Object.assign(mark ?? {}, { emptyAt: Date.now() - 31_000, until: Date.now() })
    })
    expect((await app.token()).error?.code).toBe('session_ended')
    expect(await saying(app)).toBe('signed-out session_ended')
  })
}

test('an empty 400 is forgotten after any other answer', async ({ app, server }) => {
  await expire(app)
  server.fail('token', { status: 400, handled: false })
  await app.token()
  server.fail('token', { status: 401, handled: false, body: '{"error":"invalid_client"}' })
  server.fail('token', { status: 400, handled: false })
  for (let turn = 0; turn < 2; turn++) {
    await bend(app, ({ mark }) => {
      Object.assign(mark ?? {}, { until: Date.now() })
      if (mark?.emptyAt) mark.emptyAt = Date.now() - 31_000
    })
    expect((await app.token()).error).toBeDefined()
  }
  expect(await saying(app)).toMatch(/^signed-in ./)
  expect(refreshes(server)).toHaveLength(3)
})

for (const error of ['invalid_client', 'unauthorized_client', 'invalid_scope'])
  test(`${error} is told, not repeated, and leaves the session`, async ({ app, server }) => {
    const living = (await app.token()).value
    server.fail('token', { status: 400, handled: false, body: JSON.stringify({ error }) })
    expect((await app.refresh()).error).toMatchObject({ code: 'oauth_error', oauth: { error } })
    expect(await saying(app)).toBe('signed-in oauth_error')
    expect((await app.token()).value).toBe(living)
    expect(refreshes(server)).toHaveLength(1)
  })

test('a refresh that speaks of somebody else ends the session, and is revoked', async ({
  app,
  server,
}) => {
  await expire(app)
  server.fail('token', { idToken: { sub: 'mallory' } })
  expect((await app.token()).error?.code).toBe('session_ended')
  expect((await app.state()).status).toBe('signed-out')
  expect(server.requests('revocation')).toHaveLength(1)
  expect(await leaks(app, server)).toEqual([])
})

test('offline, a call says so quickly; back online the tab goes on by itself', async ({
  app,
  context,
  server,
}) => {
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
