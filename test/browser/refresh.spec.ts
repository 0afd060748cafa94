import type { Page } from '@playwright/test'
import { expect, test, type Tab } from '../fixture.js'
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
} from '../words-session.js'

/** The token of a call that has to succeed. */
async function tokenOf(app: Tab): Promise<string> {
  const { value = '', error } = await app.token()
  expect(error).toBeUndefined()
  return value
}

const hide = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })
  })

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

test('a call with an expired token renews it first', async ({ app, server, api }) => {
  const before = await tokenOf(app)
  await expire(app)
  const after = await tokenOf(app)
  expect(after).not.toBe(before)
  expect(server.verify(after)).toMatchObject({ sub: 'user-1' })
  expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  expect(api.seen.at(-1)?.headers['authorization']).toBe(`Bearer ${after}`)
  expect(refreshes(server)).toHaveLength(1)
})

test('a refresh is one request, also right after a reload', async ({ app, server }) => {
  await expire(app)
  const before = server.ledger.length
  await app.reload()
  await tokenOf(app)
  expect(server.ledger.slice(before).map(({ endpoint }) => endpoint)).toEqual(['token'])
})

test('a token near its end serves while the next one is fetched behind it', async ({
  app,
  server,
}) => {
  const before = await tokenOf(app)
  await nearExpiry(app)
  holdTokens(server)
  expect(await tokenOf(app)).toBe(before)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  expect(await tokenOf(app)).toBe(before)
  server.heal()
  await expect.poll(() => tokenOf(app)).not.toBe(before)
  expect(refreshes(server)).toHaveLength(1)
})

test('a token of short life is not renewed at every call', async ({ app, server }) => {
  server.options.accessTokenLifetime = 8
  await app.refresh()
  const before = refreshes(server).length
  expect(new Set(await app.tokens(5)).size).toBe(1)
  expect(refreshes(server)).toHaveLength(before)
})

test('each rotated refresh token is kept, and the next refresh presents it', async ({
  app,
  server,
}) => {
  for (let turn = 0; turn < 3; turn++) {
    await expire(app)
    await tokenOf(app)
  }
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(Array(3).fill('rotated'))
  const { refreshToken } = await stored(app)
  expect(server.refreshTokenUses.map((use) => use.refreshToken)).not.toContain(refreshToken)
})

test('an answer without a new refresh token leaves the old one in use', async ({ app, server }) => {
  server.options.rotate = false
  const { refreshToken } = await stored(app)
  for (let turn = 0; turn < 2; turn++) {
    await expire(app)
    await tokenOf(app)
  }
  const used = { refreshToken, outcome: 'kept' }
  expect(server.refreshTokenUses).toMatchObject([used, used])
  expect((await stored(app)).refreshToken).toBe(refreshToken)
})

test('refresh() joins a refresh that is under way, and renews a token that is fresh', async ({
  app,
  server,
}) => {
  await expire(app)
  const joined = await app.attempt(() =>
    Promise.all([window.auth.getAccessToken(), window.auth.refresh(), window.auth.refresh()]).then(
      ([token]) => token,
    ),
  )
  expect(refreshes(server)).toHaveLength(1)
  expect(await tokenOf(app)).toBe(joined.value)
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect(refreshes(server)).toHaveLength(2)
  expect(await tokenOf(app)).not.toBe(joined.value)
})

test('a silent refresh keeps the identity of the state, and tells no listener', async ({ app }) => {
  const kept = await app.attempt(async () => {
    const before = window.auth.state
    const published = window.states.length
    const resolved = await window.auth.refresh()
    return [resolved === before, window.auth.state === before, window.states.length - published]
  })
  expect(kept.value).toEqual([true, true, 0])
})

test('refresh() brings in what the server now says of the user', async ({ app, server }) => {
  server.options.idTokenClaims = ['roles']
  server.options.claims = { roles: ['admin'] }
  expect((await app.refresh()).value).toMatchObject({ user: { sub: 'user-1', roles: ['admin'] } })
  expect(await app.reload()).toMatchObject({ user: { roles: ['admin'] } })
})

const wakings = ['visibilitychange', 'pageshow', 'online'] as const

for (const waking of wakings)
  test(`a tab with an expired token renews it by itself at ${waking}`, async ({ app, server }) => {
    await expire(app)
    expect(refreshes(server)).toHaveLength(0)
    await wake(app, waking)
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    const token = await tokenOf(app)
    await wake(app, waking)
    expect(await tokenOf(app)).toBe(token)
    expect(refreshes(server)).toHaveLength(1)
  })

test('a tab that is hidden lets its token expire', async ({ app, server }) => {
  await expire(app)
  await hide(app.page)
  await wake(app, 'visibilitychange')
  // What the event would set off comes before what this looks at.
  await look(app)
  expect(refreshes(server)).toHaveLength(0)
})

test('calls that come during a refresh wait for it', async ({ app, server }) => {
  await expire(app)
  holdTokens(server)
  const calls = [await call(app), await call(app)]
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  calls.push(await call(app))
  server.heal()
  const tokens = await Promise.all(calls.map(({ answer }) => answer()))
  expect(new Set(tokens).size).toBe(1)
  expect(server.verify(tokens[0] ?? '')).toBeDefined()
  expect(refreshes(server)).toHaveLength(1)
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

for (const [name, jump] of jumps)
  test(`a clock set ${name} costs one refresh at most, and nobody the session`, async ({
    app,
    server,
  }) => {
    await app.page.clock.setSystemTime(Date.now() + jump)
    const tokens: string[] = []
    for (let turn = 0; turn < 4; turn++) tokens.push((await app.token()).value ?? 'none')
    expect(refreshes(server).length).toBeLessThanOrEqual(1)
    expect((await app.state()).status).toBe('signed-in')
    expect(server.verify(tokens.at(-1) ?? '')).toBeDefined()
    expect(new Set(tokens).size).toBe(1)
  })

test.describe('without a refresh token', () => {
  test.use({ options: { scope: 'openid' } })

  test('the session ends with its access token', async ({ app, server }) => {
    await tokenOf(app)
    await expire(app)
    expect((await app.token()).error?.code).toBe('session_ended')
    expect(await saying(app)).toBe('signed-out session_ended')
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect(refreshes(server)).toHaveLength(0)
  })
})
