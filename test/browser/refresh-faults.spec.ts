import type { Fault } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'
import {
  bend,
  call,
  expire,
  hurry,
  nearExpiry,
  refreshes,
  saying,
  stored,
  wake,
} from '../support/session.js'
import { holdTimers } from '../support/timers.js'

const html = { 'content-type': 'text/html' }
const refused = '{"error":"invalid_grant"}'

type Row = [name: string, fault: Fault, code: string]

/** Two answers in a row do not tell whether the refresh token was spent; then the server works again. */
async function meet(app: Tab, server: Parameters<typeof refreshes>[0], rows: Row[]): Promise<void> {
  await hurry(app)
  await eachRow<[Fault, string]>(rows, async (_name, fault, code) => {
    const living = (await app.token()).value
    const { refreshToken } = await nearExpiry(app)
    const earlier = refreshes(server).length
    const presented = () => refreshes(server).slice(earlier)
    server.fail('token', { handled: false, ...fault }, 2)
    expect((await app.token()).value).toBe(living)
    await expect.poll(() => presented().length, { intervals: [50] }).toBe(2)
    await expect.poll(() => saying(app), { intervals: [50] }).toBe(`signed-in ${code}`)
    // The token that lives serves, and there is no third request, however much time has passed.
    await bend(app, ({ lease }) => lease && Object.assign(lease, { until: Date.now() }))
    expect((await app.refresh()).error?.code).toBe(code)
    expect((await app.token()).value).toBe(living)
    expect(presented().map(({ params }) => params['refresh_token'])).toEqual(
      Array(2).fill(refreshToken),
    )
    // Once the access token has expired, the third request is made.
    await expire(app)
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')
    expect(presented()).toHaveLength(3)
  })
}

test.describe('signed in', () => {
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.signIn()
  })

  test('F1, F7, F8: after a server error one retry follows, then the session is stale', async ({
    app,
    server,
  }) => {
    await test.step('the retry follows a pause, and a reload or waking up adds no third request', async () => {
      await nearExpiry(app)
      server.fail('token', { status: 500, handled: false }, 2)
      await app.token()
      await expect.poll(() => refreshes(server).length).toBe(2)
      const [first, again] = refreshes(server)
      expect((again?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(450)
      await expect.poll(async () => (await stored(app)).lease?.tries).toBe(2)
      await bend(app, ({ lease }) => lease && Object.assign(lease, { until: Date.now() }))
      await wake(app, 'online')
      await app.reload()
      expect(await saying(app)).toBe('signed-in server_error')
      expect((await app.refresh()).error?.code).toBe('server_error')
      expect(refreshes(server)).toHaveLength(2)
      await expire(app)
      expect((await app.token()).error).toBeUndefined()
    })

    await meet(app, server, [
      ['status 500', { status: 500 }, 'server_error'],
      ['status 502', { status: 502 }, 'server_error'],
      ['status 503', { status: 503 }, 'server_error'],
      ['JSON that breaks off', { body: '{"access_token":"ey' }, 'invalid_response'],
      ['an empty body with 200', {}, 'invalid_response'],
      [
        'an HTML page with 200',
        { body: '<title>Hotel</title>', headers: html },
        'invalid_response',
      ],
    ])
  })

  test('F13: a 5xx with invalid_grant, or a 4xx that is not OAuth, ends no session', async ({
    app,
    server,
  }) => {
    const other = '{"message":"not here"}'
    await meet(app, server, [
      ['a 502 with invalid_grant', { status: 502, body: refused }, 'server_error'],
      ['a 404 with an HTML page', { status: 404, body: '<p>', headers: html }, 'invalid_response'],
      ['a 400 with an HTML page', { status: 400, body: '<p>', headers: html }, 'invalid_response'],
      ['a 404 with other JSON', { status: 404, body: other }, 'invalid_response'],
    ])
  })

  test('F2: Retry-After is waited out by every tab, for a minute at most', async ({
    app,
    server,
    secondTab,
  }) => {
    const retryAfter = (status: number, seconds: string): Fault => {
      const headers = { 'retry-after': seconds, 'access-control-expose-headers': 'retry-after' }
      return { status, handled: false, headers }
    }
    const second = await secondTab()
    for (const status of [429, 503])
      await test.step(`a ${status} with Retry-After: 1`, async () => {
        await expire(app, second)
        const earlier = refreshes(server).length
        server.fail('token', retryAfter(status, '1'))
        const first = await call(app)
        await expect.poll(() => refreshes(server)).toHaveLength(earlier + 1)
        const token = (await second.token()).value
        expect(server.verify(token ?? '')).toBeDefined()
        expect(await first.answer()).toBe(token)
        const [early, served, ...more] = refreshes(server).slice(earlier)
        expect((served?.at ?? 0) - (early?.at ?? 0)).toBeGreaterThanOrEqual(950)
        expect(more).toEqual([])
      })
    // Time stands still in both tabs, so that none of this is over before it is looked at.
    for (const tab of [second, app]) await holdTimers(tab, { clocks: true })
    for (const [name, fault, least, most] of [
      ['a 429 with Retry-After: 3600', retryAfter(429, '3600'), 50_000, 60_000],
      ['a 429 without Retry-After', { status: 429, handled: false }, 0, 5000],
    ] as const)
      await test.step(name, async () => {
        await bend(app, (record) => void delete record.lease)
        await app.refresh()
        const living = (await app.token()).value
        await nearExpiry(app, second)
        const earlier = refreshes(server).length
        server.fail('token', fault)
        expect((await app.token()).value).toBe(living)
        const now = await app.page.evaluate(() => Date.now())
        const until = async () => ((await stored(app)).lease?.until ?? 0) - now
        await expect.poll(until).toBeGreaterThan(least)
        expect(await until()).toBeLessThanOrEqual(most)
        expect((await second.token()).value).toBe(living)
        expect(await saying(second)).toBe('signed-in rate_limited')
        expect(refreshes(server)).toHaveLength(earlier + 1)
      })
  })

  test('F3: a request that never reached the server costs neither token nor session', async ({
    app,
    context,
    server,
  }) => {
    await test.step('a request that is cut off is sent again in silence', async () => {
      await expire(app)
      server.fail('token', { drop: 'before' })
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
      expect(await app.history()).not.toContain('signed-out')
      expect(await saying(app)).toBe('signed-in')
      expect(server.refreshTokenUses).toHaveLength(1)
      expect(refreshes(server)).toHaveLength(2)
    })
    await test.step('offline a call fails at once, and no request is made', async () => {
      await expire(app)
      await context.setOffline(true)
      await holdTimers(app)
      expect((await app.token()).error?.code).toBe('network')
      expect(await saying(app)).toBe('signed-in network')
      // Nothing was tried, so nothing counts against the refresh token.
      expect((await stored(app)).lease).toBeUndefined()
      expect(refreshes(server)).toHaveLength(2)
    })
    await test.step('back online the tab renews its token by itself', async () => {
      await context.setOffline(false)
      await app.becomes('signed-in')
      expect(refreshes(server)).toHaveLength(3)
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    })
  })

  test('F4: an answer lost after the rotation is asked for once more', async ({ app, server }) => {
    await hurry(app)
    await test.step('a server with a grace time repeats it', async () => {
      server.options.reuseGrace = 600
      const { refreshToken } = await expire(app)
      server.fail('token', { drop: 'after' })
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
      expect(await saying(app)).toBe('signed-in')
      const presented = server.refreshTokenUses.map((use) => use.refreshToken)
      expect(presented).toEqual([refreshToken, refreshToken])
    })
    await test.step('without a grace time the session ends, and the user can sign in again', async () => {
      server.options.reuseGrace = 0
      await expire(app)
      server.fail('token', { drop: 'after' })
      expect((await app.token()).error?.code).toBe('session_ended')
      expect(await saying(app)).toBe('signed-out session_ended')
      expect(server.refreshTokenUses).toHaveLength(4)
      await app.signIn()
      expect(await saying(app)).toBe('signed-in')
    })
  })
})
