import { expect } from '@playwright/test'
import { outcomes, refusalOf, secret, signedIn, test, type World } from '../support/backend.js'

/** The tokens of the session are good for a moment only. */
const shortLived = (world: World): void => void (world.server.options.accessTokenLifetime = 1)

const expired = (world: World): Promise<void> =>
  expect
    .poll(() => {
      const { at = 0 } = world.server.requests('token').at(-1) ?? {}
      return Date.now() - at > 1000
    })
    .toBe(true)

test('simultaneous calls with an expired token share one refresh', async ({ world }) => {
  shortLived(world)
  const browser = await signedIn(world)
  await expired(world)
  world.server.options.accessTokenLifetime = 300
  const tabs = Array.from({ length: 50 }, () => browser.json('token', {}))
  const tokens = new Set((await Promise.all(tabs)).map(({ token }) => token))
  expect(tokens.size).toBe(1)
  expect(outcomes(world)).toEqual(['rotated'])
})

test('a token that an API refused is renewed once for all', async ({ world }) => {
  const browser = await signedIn(world)
  const { token } = await browser.json('token', {})
  const calls = [1, 2, 3].map(() => browser.json('token', { unfit: token }))
  const given = (await Promise.all(calls)).map((answer) => answer['token'])
  expect(new Set(given).size).toBe(1)
  expect(given).not.toContain(token)
  // The new one is refused too: it stays, for half a minute.
  expect((await browser.json('token', { unfit: given[0] }))['token']).toBe(given[0])
  expect(outcomes(world)).toEqual(['rotated'])
})

test('a browser that missed the answer gets it again', async ({ world }) => {
  const browser = await signedIn(world)
  const before = new Map(browser.cookies)
  await browser.json('session', { refresh: true })
  browser.cookies.clear()
  for (const [name, cookie] of before) browser.cookies.set(name, cookie)
  const { token } = await browser.json('token', {})
  expect(world.server.verify(String(token))).toBeTruthy()
  await browser.json('session', { refresh: true })
  expect(outcomes(world)).toEqual(['rotated', 'rotated'])
})

for (const [name, fault] of Object.entries({
  'a server that is down': { status: 503 },
  'a connection that is cut': { drop: 'before' as const },
  'a page of a proxy': { status: 400, body: '<html>Blocked</html>', handled: false as const },
}))
  test(`${name} ends no session`, async ({ world }) => {
    const browser = await signedIn(world)
    world.server.fail('token', { handled: false, ...fault })
    const answer = await browser.call('session', { refresh: true })
    expect(answer.ok).toBe(false)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await browser.json('token', {})).toHaveProperty('token')
    expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  })

test('after a 503 of the server five calls make one request', async ({ world }) => {
  const browser = await signedIn(world)
  world.server.fail('token', { status: 503, handled: false }, Infinity)
  for (let count = 0; count < 5; count++) await browser.call('session', { refresh: true })
  // One of them exchanged the code.
  expect(world.server.requests('token')).toHaveLength(2)
  world.server.heal()
  await expect.poll(async () => (await browser.call('session', { refresh: true })).status).toBe(200)
})

test('a refresh token that is dead ends the session', async ({ world }) => {
  const browser = await signedIn(world)
  world.server.revokeGrants()
  expect(await refusalOf(await browser.call('session', { refresh: true }))).toEqual([
    401,
    'session_ended',
  ])
  expect(browser.sessions).toEqual([])
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
})

test('another user’s ID token ends the session, and revokes its tokens', async ({ world }) => {
  const browser = await signedIn(world)
  world.server.fail('token', { idToken: { sub: 'user-2' } })
  const answer = await browser.call('session', { refresh: true })
  expect(await refusalOf(answer)).toEqual([502, 'invalid_id_token'])
  expect(browser.sessions).toEqual([])
  expect(world.server.requests('revocation').length).toBeGreaterThan(0)
})

test('a session without a refresh token ends with its access token', async ({ world }) => {
  world.server.options.refreshTokens = 'never'
  world.deploy({ scope: 'openid' })
  shortLived(world)
  const browser = await signedIn(world)
  expect(await refusalOf(await browser.call('session', { refresh: true }))).toEqual([
    403,
    'interaction_required',
  ])
  await expired(world)
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
  expect(browser.sessions).toEqual([])
})

test.describe('with resources', () => {
  test.use({
    options: {
      scope: 'openid offline_access read write',
      resources: { reader: { scope: 'read' }, all: {} },
    },
  })

  test('a token has the scope that the options name, and no other is given', async ({ world }) => {
    const browser = await signedIn(world)
    const { token } = await browser.json('token', { scope: 'read' })
    expect(world.server.verify(String(token))).toMatchObject({ scope: 'read' })
    expect((await browser.json('token', { scope: 'read' }))['token']).toBe(token)
    for (const asked of [{ scope: 'write' }, { resource: 'https://other.example' }])
      expect(await refusalOf(await browser.call('token', asked))).toEqual([403, 'url_not_allowed'])
    expect(outcomes(world)).toEqual(['rotated'])
  })

  test('a scope that the server does not give fails that call alone', async ({ world }) => {
    const browser = await signedIn(world)
    world.server.fail('token', {
      status: 400,
      handled: false,
      body: JSON.stringify({ error: 'invalid_scope' }),
    })
    expect(await refusalOf(await browser.call('token', { scope: 'read' }))).toEqual([
      403,
      'insufficient_scope',
    ])
    expect(await browser.json('token', {})).toHaveProperty('token')
  })
})

test('T48: after a sign-out a copy of the cookie is worth nothing', async ({ world }) => {
  const browser = await signedIn(world)
  const copy = new Map(browser.cookies)
  await browser.json('sign-out', {})
  expect(browser.sessions).toEqual([])
  browser.cookies.clear()
  for (const [name, cookie] of copy) browser.cookies.set(name, cookie)
  expect(await refusalOf(await browser.call('token', {}))).toEqual([401, 'not_signed_in'])
  expect(browser.sessions).toEqual([])
  // In a process that knows nothing of it, the server refuses what was revoked.
  for (const [name, cookie] of copy) browser.cookies.set(name, cookie)
  world.deploy()
  expect(await refusalOf(await browser.call('session', { refresh: true }))).toEqual([
    401,
    'session_ended',
  ])
})

test('a refresh that ends after the sign-out returns no token', async ({ world }) => {
  const browser = await signedIn(world)
  world.server.fail('token', { delay: 60_000 })
  const refreshing = browser.call('session', { refresh: true })
  await expect.poll(() => world.server.requests('token').length).toBe(2)
  const copy = browser.cookieHeader()
  await browser.json('sign-out', { local: true })
  world.server.heal()
  expect(await refusalOf(await refreshing)).toEqual([401, 'session_ended'])
  const late = await browser.call('session', undefined, { cookie: copy })
  expect(await late.json()).toEqual({ status: 'signed-out' })
})

test('the URL that ends the server’s session shows the page no ID token', async ({ world }) => {
  const browser = await signedIn(world)
  const { url } = await browser.json('sign-out', {})
  const away = await browser.send(String(url), { headers: { 'sec-fetch-dest': 'document' } })
  const end = new URL(away.headers.get('location') ?? '')
  expect(end.origin).toBe(world.server.issuer)
  expect(world.server.secrets.has(end.searchParams.get('id_token_hint') ?? '')).toBe(true)
  // Once, and for a window alone.
  const again = await browser.send(String(url))
  expect(again.headers.get('location')).toBe(`${world.app}/`)
  const script = await browser.send(String(url), { headers: { 'sec-fetch-dest': 'empty' } })
  expect(await refusalOf(script)).toEqual([403, 'config'])
})

test('a sign-out works while the server is down', async ({ world }) => {
  const browser = await signedIn(world)
  world.deploy()
  world.server.fail('openid-configuration', { status: 503 }, Infinity)
  world.server.fail('oauth-authorization-server', { status: 503 }, Infinity)
  expect(await browser.json('sign-out', {})).toEqual({ url: `${world.app}/` })
  expect(browser.sessions).toEqual([])
})

test('a local sign-out leaves the session of the server', async ({ world }) => {
  const browser = await signedIn(world)
  expect(await browser.json('sign-out', { local: true })).toEqual({})
  expect(world.server.requests('revocation')).toEqual([])
})

test('secrets are rotated without a sign-out', async ({ world }) => {
  const browser = await signedIn(world)
  const cookie = browser.cookieHeader()
  const next = 'another secret of 32 characters or more'
  world.deploy({ secrets: [next, secret] })
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  expect(browser.cookieHeader()).not.toBe(cookie)
  world.deploy({ secrets: next })
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  world.deploy({ secrets: 'a foreign secret of 32 characters or more' })
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
})

/** How many seconds the browser is to keep the session. */
const ageOf = (answer: Response): number =>
  Number(/Max-Age=(\d+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1])

test('a session ends with its lifetime, however active it is', async ({ world }) => {
  const browser = await signedIn(world)
  const age = ageOf(await browser.call('session', { refresh: true }))
  expect(age).toBeLessThanOrEqual(86_400)
  expect(age).toBeGreaterThan(86_000)
})

test('a session ends when the server says, and a refresh never puts that off', async ({
  world,
}) => {
  const end = (seconds: number): void =>
    void Object.assign(world.server.options, {
      claims: { session_expiry: Math.floor(Date.now() / 1000) + seconds },
      idTokenClaims: ['session_expiry'],
    })
  end(3600)
  const browser = await signedIn(world)
  const refreshed = async () => ageOf(await browser.call('session', { refresh: true }))
  end(7200)
  expect(await refreshed()).toBeLessThanOrEqual(3600)
  end(1800)
  const age = await refreshed()
  expect(age).toBeLessThanOrEqual(1800)
  expect(age).toBeGreaterThan(0)
})
