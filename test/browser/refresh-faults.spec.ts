import type { Fault } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { said } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'
import {
  bend,
  call,
  elapsed,
  expire,
  holdTokens,
  hurry,
  nearExpiry,
  refreshes,
  saying,
  stored,
  wake,
} from '../support/session.js'

const html = { 'content-type': 'text/html' }
const refused = '{"error":"invalid_grant"}'

type Row = [name: string, fault: Fault, code: string]

/** The server cannot say what became of the refresh token, and is well again later. */
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
    // What still lives serves, and nobody asks a third time for it, however much time has passed.
    await bend(app, ({ lease }) => lease && Object.assign(lease, { until: Date.now() }))
    expect((await app.refresh()).error?.code).toBe(code)
    expect((await app.token()).value).toBe(living)
    expect(presented().map(({ params }) => params['refresh_token'])).toEqual(
      Array(2).fill(refreshToken),
    )
    // All is lost anyway: now it is.
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

  test('F1, F7, F8: after a 500, 502 or 503, JSON that breaks off or is missing, or a page of HTML by 200, the token that lives serves, the same refresh token is presented once more and no third time, and the session is stale until it is renewed', async ({
    app,
    server,
  }) => {
    await test.step('after a pause; it stays stale over a reload, and waking up does not ask again', async () => {
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
      ['nothing by 200', {}, 'invalid_response'],
      ['a page by 200', { body: '<title>Hotel</title>', headers: html }, 'invalid_response'],
    ])
  })

  test('F13: a 5xx that carries invalid_grant, or a 4xx that is no OAuth answer, signs nobody out: the refresh token is presented once more, then the error is told', async ({
    app,
    server,
  }) => {
    const forbidden = '{"error":"forbidden"}'
    await meet(app, server, [
      ['a 502 with invalid_grant', { status: 502, body: refused }, 'server_error'],
      ['a 404 with a page', { status: 404, body: '<p>', headers: html }, 'invalid_response'],
      ['a 400 with a page', { status: 400, body: '<p>', headers: html }, 'invalid_response'],
      ['a 403', { status: 403, body: forbidden }, 'oauth_error'],
    ])
  })

  test('F2: Retry-After of a 429 or 503 is waited out by every tab, for a minute at most; a 429 without it for a few seconds', async ({
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
      await test.step(`${status}, a second`, async () => {
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
    for (const [name, fault, least, most] of [
      ['429, an hour', retryAfter(429, '3600'), 50_000, 60_000],
      ['429 that does not say how long', { status: 429, handled: false }, 0, 5000],
    ] as const)
      await test.step(name, async () => {
        await bend(app, (record) => void delete record.lease)
        await app.refresh()
        const living = (await app.token()).value
        await nearExpiry(app, second)
        const earlier = refreshes(server).length
        server.fail('token', fault)
        expect((await app.token()).value).toBe(living)
        const until = async () => ((await stored(app)).lease?.until ?? 0) - Date.now()
        await expect.poll(until).toBeGreaterThan(least)
        expect(await until()).toBeLessThanOrEqual(most)
        expect((await second.token()).value).toBe(living)
        expect(await saying(second)).toBe('signed-in rate_limited')
        expect(refreshes(server)).toHaveLength(earlier + 1)
      })
  })

  test('F3: a request that did not get out is sent again in silence; offline a call says so at once and costs nothing, and back online the tab goes on by itself', async ({
    app,
    context,
    server,
  }) => {
    await test.step('the connection is cut before the server has read it', async () => {
      await expire(app)
      server.fail('token', { drop: 'before' })
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
      expect(await app.history()).not.toContain('signed-out')
      expect(await saying(app)).toBe('signed-in')
      expect(server.refreshTokenUses).toHaveLength(1)
      expect(refreshes(server)).toHaveLength(2)
    })
    await expire(app)
    await context.setOffline(true)
    const took = elapsed(app.token().then(({ error }) => expect(error?.code).toBe('network')))
    expect(await took).toBeLessThan(5000)
    expect(await saying(app)).toBe('signed-in network')
    // Nothing was tried, so nothing counts against the refresh token.
    expect((await stored(app)).lease).toBeUndefined()
    expect(refreshes(server)).toHaveLength(2)
    await context.setOffline(false)
    await app.becomes('signed-in')
    expect(refreshes(server)).toHaveLength(3)
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
  })

  test('F4: an answer that got lost after the rotation is asked for once more: a server with a grace time repeats it, one that forgives nothing ends the session, and the user signs in again without an error page', async ({
    app,
    server,
  }) => {
    server.options.reuseGrace = 30
    await hurry(app)
    const { refreshToken } = await expire(app)
    server.fail('token', { drop: 'after' })
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')
    const presented = server.refreshTokenUses.map((use) => use.refreshToken)
    expect(presented).toEqual([refreshToken, refreshToken])

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

test.describe('with a timeout of one second', () => {
  test.use({ options: { timeout: 1 } })

  test('F5: a server that hangs holds a caller for the timeout alone, and its late answer is used', async ({
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

  test('F6: an answer that comes byte by byte is waited for no longer than one that does not come, at the exchange and at a refresh, whose late end is used', async ({
    app,
    server,
  }) => {
    const { fetch } = server
    let over = false
    // Headers at once, then a blank every tenth of a second, which JSON allows.
    const drip = async (request: Request): Promise<Response> => {
      const answer = await fetch(request)
      const body = new Uint8Array(await answer.arrayBuffer())
      const slowly = new ReadableStream<Uint8Array>({
        async pull(stream) {
          await new Promise((resolve) => setTimeout(resolve, 100))
          stream.enqueue(over ? body : new Uint8Array([32]))
          if (over) stream.close()
        },
      })
      return new Response(slowly, { status: answer.status, headers: answer.headers })
    }
    const slow = (name: string): void => {
      server.fetch = (request) => (request.url.endsWith(name) ? drip : fetch)(request)
    }
    await app.open()
    slow('token')
    await app.leave()
    expect(await said(app)).toBe('timeout')

    server.fetch = fetch
    await app.signIn()
    await expire(app)
    slow('token')
    const took = elapsed(app.token().then(({ error }) => expect(error?.code).toBe('timeout')))
    expect(await took).toBeLessThan(8000)
    over = true
    await expect.poll(async () => server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')
    expect(server.refreshTokenUses).toHaveLength(1)
  })
})
