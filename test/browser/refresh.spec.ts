import type { Page } from '@playwright/test'
import { expect, test, type Tab } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'
import {
  call,
  expire,
  holdTokens,
  look,
  nearExpiry,
  refreshes,
  saying,
  stored,
  wake,
  watchesEnd,
} from '../support/session.js'

/** The token of a call that must succeed. */
async function tokenOf(app: Tab): Promise<string> {
  const { value = '', error } = await app.token()
  expect(error).toBeUndefined()
  return value
}

const hide = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
  })

const minute = 60_000
const year = 365 * 24 * 60 * minute

const jumps: [name: string, milliseconds: number][] = [
  ['ten minutes forward', 10 * minute],
  ['an hour forward', 60 * minute],
  ['a year forward', year],
  ['ten minutes back', -10 * minute],
  ['an hour back', -60 * minute],
  ['a year back', -year],
]

test.describe('signed in', () => {
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.signIn()
  })

  test('a token is renewed on use, when it has expired or is about to', async ({
    app,
    server,
    api,
  }) => {
    await test.step('expired: before the call', async () => {
      const before = await tokenOf(app)
      await expire(app)
      const after = await tokenOf(app)
      expect(after).not.toBe(before)
      expect(server.verify(after)).toMatchObject({ sub: 'user-1' })
      expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
      expect(api.seen.at(-1)?.headers['authorization']).toBe(`Bearer ${after}`)
      expect(refreshes(server)).toHaveLength(1)
    })
    await test.step('expired, right after a reload: by one request', async () => {
      await expire(app)
      const asked = server.ledger.length
      await app.reload()
      await tokenOf(app)
      expect(server.ledger.slice(asked).map(({ endpoint }) => endpoint)).toEqual(['token'])
    })
    await test.step('near its end: behind the call', async () => {
      const before = await tokenOf(app)
      await nearExpiry(app)
      holdTokens(server)
      expect(await tokenOf(app)).toBe(before)
      await expect.poll(() => refreshes(server)).toHaveLength(3)
      expect(await tokenOf(app)).toBe(before)
      server.heal()
      await expect.poll(() => tokenOf(app)).not.toBe(before)
      expect(refreshes(server)).toHaveLength(3)
    })
    await test.step('of short life: not at every call', async () => {
      server.options.accessTokenLifetime = 50
      await app.refresh()
      const asked = refreshes(server).length
      expect(new Set(await app.tokens(5)).size).toBe(1)
      expect(refreshes(server)).toHaveLength(asked)
    })
  })

  test('each rotated refresh token is stored and presented next', async ({ app, server }) => {
    for (let turn = 0; turn < 3; turn++) {
      await expire(app)
      await tokenOf(app)
    }
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(Array(3).fill('rotated'))
    const { refreshToken } = await stored(app)
    expect(server.refreshTokenUses.map((use) => use.refreshToken)).not.toContain(refreshToken)

    await test.step('without rotation the old one stays in use', async () => {
      server.options.rotate = false
      for (let turn = 0; turn < 2; turn++) {
        await expire(app)
        await tokenOf(app)
      }
      const used = { refreshToken, outcome: 'kept' }
      expect(server.refreshTokenUses.slice(3)).toMatchObject([used, used])
      expect((await stored(app)).refreshToken).toBe(refreshToken)
    })
  })

  test('refresh() joins a refresh under way, and renews a fresh token', async ({ app, server }) => {
    await expire(app)
    const joined = await app.attempt(() =>
      Promise.all([
        window.auth.getAccessToken(),
        window.auth.refresh(),
        window.auth.refresh(),
      ]).then(([token]) => token),
    )
    expect(refreshes(server)).toHaveLength(1)
    expect(await tokenOf(app)).toBe(joined.value)
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect(refreshes(server)).toHaveLength(2)
    expect(await tokenOf(app)).not.toBe(joined.value)

    await test.step('calls that come during a refresh wait for it', async () => {
      await expire(app)
      holdTokens(server)
      const calls = [await call(app), await call(app)]
      await expect.poll(() => refreshes(server)).toHaveLength(3)
      calls.push(await call(app))
      server.heal()
      const tokens = await Promise.all(calls.map(({ answer }) => answer()))
      expect(new Set(tokens).size).toBe(1)
      expect(server.verify(tokens[0] ?? '')).toBeDefined()
      expect(refreshes(server)).toHaveLength(3)
    })

    await test.step('listeners hear of changed claims, and of nothing else', async () => {
      const kept = await app.attempt(async () => {
        const before = window.auth.state
        const published = window.states.length
        const resolved = await window.auth.refresh()
        return [resolved === before, window.auth.state === before, window.states.length - published]
      })
      expect(kept.value).toEqual([true, true, 0])
      expect(refreshes(server)).toHaveLength(4)

      server.options.idTokenClaims = ['roles']
      server.options.claims = { roles: ['admin'] }
      expect((await app.refresh()).value).toMatchObject({
        user: { sub: 'user-1', roles: ['admin'] },
      })
      expect(await app.reload()).toMatchObject({ user: { roles: ['admin'] } })
    })
  })

  test('F41: a tab renews its expired token when it wakes up, unless it is hidden', async ({
    app,
    server,
  }) => {
    const wakings = (['visibilitychange', 'pageshow', 'online'] as const).map(
      (way) => [way, way] as const,
    )
    await eachRow(wakings, async (_name, waking) => {
      const earlier = refreshes(server).length
      await expire(app)
      expect(refreshes(server)).toHaveLength(earlier)
      await wake(app, waking)
      await expect.poll(() => refreshes(server)).toHaveLength(earlier + 1)
      const token = await tokenOf(app)
      await wake(app, waking)
      expect(await tokenOf(app)).toBe(token)
      expect(refreshes(server)).toHaveLength(earlier + 1)
    })
    await expire(app)
    await hide(app.page)
    await wake(app, 'visibilitychange')
    // `look` resolves after anything that the event would have started.
    await look(app)
    expect(refreshes(server)).toHaveLength(wakings.length)
  })

  test('F36: setting the clock costs one refresh at most, and never the session', async ({
    app,
    server,
  }) => {
    await eachRow(jumps, async (_name, jump) => {
      await app.page.clock.setSystemTime(Date.now() + jump)
      const earlier = refreshes(server).length
      const tokens: string[] = []
      for (let turn = 0; turn < 4; turn++) tokens.push((await app.token()).value ?? 'none')
      expect(refreshes(server).length).toBeLessThanOrEqual(earlier + 1)
      expect((await app.state()).status).toBe('signed-in')
      expect(server.verify(tokens.at(-1) ?? '')).toBeDefined()
      expect(new Set(tokens).size).toBe(1)
      await app.page.clock.setSystemTime(Date.now())
      await app.signOut({ local: true })
      await app.signIn()
    })
  })
})

test.describe('without a refresh token', () => {
  test.use({ options: { scope: 'openid' } })

  test('the session ends with its access token', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    await tokenOf(app)
    await watchesEnd(app)
    await expire(app)
    // Where the library has noticed the end before the call, no user is signed in any more.
    expect((await app.token()).error?.code).toMatch(/^(session_ended|not_signed_in)$/)
    expect(await saying(app)).toBe('signed-out session_ended')
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect(refreshes(server)).toHaveLength(0)
  })
})
