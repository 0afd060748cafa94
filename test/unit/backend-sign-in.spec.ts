import { expect } from '@playwright/test'
import { decodeJwt } from 'jose'
import { type Browser, clientKey, outcomes, refusalOf, signedIn, test } from '../support/backend.js'

test('a sign-in, a token, a refresh and a sign-out', async ({ world }) => {
  const browser = world.browser()
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
  expect(await browser.signIn({ returnTo: '/deep?x=1&y=2#z' })).toBe(`${world.app}/deep?x=1&y=2#z`)
  expect(await browser.json('session')).toEqual({
    status: 'signed-in',
    id: expect.any(String),
    user: { iss: world.server.issuer, sub: 'user-1', auth_time: expect.any(Number) },
    session: expect.objectContaining({ issuer: world.server.issuer, tokenType: 'bearer' }),
  })
  const { token, expiresIn } = await browser.json('token', {})
  expect(world.server.verify(String(token))).toMatchObject({ sub: 'user-1' })
  expect(expiresIn).toBeGreaterThan(290)
  await browser.json('session', { refresh: true })
  const renewed = await browser.json('token', {})
  expect(renewed['token']).not.toBe(token)
  const { url } = await browser.json('sign-out', {})
  expect(url).toBe(`${world.app}/auth/sign-out`)
  expect(world.server.verify(String(renewed['token']))).toBeUndefined()
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
  expect(await refusalOf(await browser.call('token', {}))).toEqual([401, 'not_signed_in'])
})

test('the authorization request has PKCE, state and nonce', async ({ world }) => {
  await world.browser().signIn({ prompt: 'login', maxAge: '60', acrValues: 'a b' })
  const [request] = world.server.requests('authorize')
  expect(request?.params).toMatchObject({
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.any(String),
    state: expect.stringMatching(/^px1r/),
    redirect_uri: `${world.app}/auth/callback`,
    prompt: 'login',
    max_age: '60',
    acr_values: 'a b',
  })
  expect(world.server.requests('token')[0]?.params['code_verifier']).toBeTruthy()
})

for (const [name, options] of Object.entries({
  client_secret_basic: {},
  client_secret_post: { clientAuthentication: 'client_secret_post' as const },
  private_key_jwt: { clientSecret: undefined, clientKey: clientKey as JsonWebKey },
}))
  test(`by ${name} the client authenticates at every endpoint`, async ({ world }) => {
    world.deploy({ ...options, par: true })
    const browser = await signedIn(world)
    await browser.json('session', { refresh: true })
    await browser.json('sign-out', {})
    expect(world.seen).toEqual(
      ['par', 'token', 'token', 'revocation'].map((step) => `${step}: ${name}`),
    )
    expect(outcomes(world)).toEqual(['rotated'])
  })

test('where the server requires pushed requests, they are pushed', async ({ world }) => {
  world.server.options.metadata = { require_pushed_authorization_requests: true }
  await signedIn(world)
  expect(world.server.requests('par')).toHaveLength(1)
})

test('a refusal of the server reaches the page with its next session, once', async ({ world }) => {
  const browser = world.browser()
  world.server.consent = { error: 'access_denied', errorDescription: 'No.' }
  expect(await browser.signIn({ returnTo: '/here' })).toBe(`${world.app}/here`)
  expect(await browser.json('session')).toMatchObject({
    status: 'signed-out',
    error: { code: 'access_denied', oauth: { error: 'access_denied', description: 'No.' } },
  })
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
})

test('a failed sign-in keeps the session before it', async ({ world }) => {
  const browser = await signedIn(world)
  world.server.consent = { error: 'access_denied' }
  await browser.signIn()
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  expect(await browser.json('token', {})).toMatchObject({ token: expect.any(String) })
})

test('if the server is down, the page of the sign-in gets the error', async ({ world }) => {
  const browser = world.browser()
  world.server.fail('openid-configuration', { status: 503 }, Infinity)
  expect(await browser.signIn({ returnTo: '/here' })).toBe(`${world.app}/here`)
  expect(await browser.json('session')).toMatchObject({ error: { code: 'server_error' } })
})

test('a code that the server refuses is reported without secrets', async ({ world }) => {
  const browser = world.browser()
  world.server.fail('token', {
    status: 400,
    body: JSON.stringify({ error: 'invalid_grant', error_description: 'päss:wörd+1 is wrong' }),
  })
  await browser.signIn()
  const text = JSON.stringify(await browser.json('session'))
  expect(text).toContain('invalid_grant')
  expect(text).not.toContain('wörd')
})

test('an ID token for another sign-in starts no session', async ({ world }) => {
  const browser = world.browser()
  world.server.fail('token', { idToken: { nonce: 'another' } })
  await browser.signIn()
  expect(await browser.json('session')).toMatchObject({
    status: 'signed-out',
    error: { code: 'invalid_id_token' },
  })
})

test('an answer of another server starts no session', async ({ world }) => {
  const browser = world.browser()
  const start = await browser.send('/auth/sign-in')
  const state = new URL(start.headers.get('location') ?? '').searchParams.get('state') ?? ''
  const query = new URLSearchParams({ code: 'c', state, iss: 'https://evil.example' })
  await browser.navigate(`/auth/callback?${query}`, 'cross-site')
  expect(await browser.json('session')).toMatchObject({ error: { code: 'issuer_mismatch' } })
  expect(world.server.requests('token')).toEqual([])
})

/** The URL that the server sends the browser to. */
async function answerTo(browser: Browser): Promise<string> {
  const start = await browser.send('/auth/sign-in')
  const answer = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

test('T50: a callback counts only in the browser that began the sign-in', async ({ world }) => {
  const [attacker, victim] = [world.browser(), world.browser()]
  const callback = await answerTo(attacker)
  expect(await refusalOf(await victim.navigate(callback, 'cross-site'))).toEqual([
    400,
    'unknown_transaction',
  ])
  expect(await victim.json('session')).toEqual({ status: 'signed-out' })
  expect(world.server.requests('token')).toEqual([])
})

test('T50: two simultaneous callbacks exchange the code once', async ({ world }) => {
  const browser = world.browser()
  const callback = await answerTo(browser)
  const both = await Promise.all([
    browser.navigate(callback, 'cross-site'),
    browser.navigate(callback, 'cross-site'),
  ])
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
  expect(world.server.requests('token')).toHaveLength(1)
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
})

test('two sign-ins in two tabs both finish', async ({ world }) => {
  const browser = world.browser()
  const [first, second] = [await answerTo(browser), await answerTo(browser)]
  expect((await browser.navigate(second, 'cross-site')).status).toBe(200)
  expect((await browser.navigate(first, 'cross-site')).status).toBe(200)
  expect(browser.sessions).toHaveLength(1)
  expect(browser.cookies.size).toBe(2)
})

test('abandoned sign-ins leave five cookies at most', async ({ world }) => {
  const browser = world.browser()
  for (let count = 0; count < 9; count++) await browser.send('/auth/sign-in')
  expect(browser.cookies.size).toBe(5)
  await browser.signIn()
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
})

test('a sixth sign-in replaces the oldest one under way', async ({ world }) => {
  const browser = world.browser()
  const begun: string[] = []
  for (let count = 0; count < 6; count++) begun.push(await answerTo(browser))
  const [oldest = '', ...later] = begun
  expect((await browser.navigate(oldest, 'cross-site')).status).toBe(400)
  for (const answer of later)
    expect((await browser.navigate(answer, 'cross-site')).status).toBe(200)
})

test('where offline access needs consent, the user is asked for it', async ({ world }) => {
  world.server.options.consentForOffline = true
  const browser = await signedIn(world)
  const prompts = world.server.requests('authorize').map(({ params }) => params['prompt'])
  expect(prompts).toEqual([undefined, 'consent'])
  await browser.json('session', { refresh: true })
  expect(outcomes(world)).toEqual(['rotated'])
})

test('a signature that is wrong starts no session', async ({ world }) => {
  world.deploy({ verifySignature: true })
  const good = await signedIn(world)
  expect(await good.json('token', {})).toHaveProperty('token')
  world.server.fail('token', {
    body: (json) => ({ ...json, id_token: String(json['id_token']).replace(/.{6}$/, 'AAAAAA') }),
  })
  const browser = world.browser()
  await browser.signIn()
  expect(await browser.json('session')).toMatchObject({ error: { code: 'invalid_id_token' } })
})

test('UserInfo adds claims of the same user only', async ({ world }) => {
  world.server.options.claims = { name: 'Ada' }
  const browser = await signedIn(world)
  expect(await browser.json('session', { userInfo: true })).toMatchObject({ user: { name: 'Ada' } })
  expect(await browser.json('session')).toMatchObject({ user: { name: 'Ada' } })
  world.server.options.claims = { name: 'Eve', sub: 'user-2' }
  world.server.fail('userinfo', { body: JSON.stringify({ sub: 'user-2', name: 'Eve' }) })
  expect(await refusalOf(await browser.call('session', { userInfo: true }))).toEqual([
    502,
    'invalid_response',
  ])
})

test('a plain OAuth 2.0 server needs no issuer', async ({ world }) => {
  const { issuer } = world.server
  world.server.options.openid = false
  world.deploy({
    issuer: undefined,
    scope: 'read',
    server: {
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
    },
  })
  const browser = await signedIn(world)
  expect(await browser.json('session')).toMatchObject({ user: {} })
  await browser.json('session', { refresh: true })
  expect(outcomes(world)).toEqual(['rotated'])
})

test('a server that renders pages can read the session', async ({ world }) => {
  const browser = await signedIn(world)
  const request = (cookie: string) => new Request(world.app, { headers: { cookie } })
  expect(await world.backend.session(request(browser.cookieHeader()))).toMatchObject({
    user: { sub: 'user-1' },
    session: { issuer: world.server.issuer },
  })
  expect(await world.backend.session(request(''))).toBeUndefined()
})

test('the page gets no token that it did not ask for', async ({ world }) => {
  const browser = await signedIn(world)
  const told = [await browser.json('session'), await browser.json('session', { refresh: true })]
  const text = JSON.stringify(told) + browser.cookieHeader()
  for (const one of world.server.secrets) expect(text).not.toContain(one)
  const { token } = await browser.json('token', {})
  expect(decodeJwt(String(token)).sub).toBe('user-1')
})

test('a refused client secret gets the hint for backends', async ({ world }) => {
  world.deploy({ clientSecret: 'another secret' })
  const browser = world.browser()
  await browser.signIn()
  const { error } = (await browser.json('session')) as { error: { hint: string; oauth: object } }
  expect(error.oauth).toMatchObject({ error: 'invalid_client' })
  expect(error.hint).toContain('check `clientId`, `clientSecret`')
  expect(error.hint).not.toContain('public client')
})

test('a client secret that Keycloak refuses gets the hint for backends', async ({ world }) => {
  const said = 'Invalid client or Invalid client credentials'
  const body = (): object => ({ error: 'unauthorized_client', error_description: said })
  world.server.fail('token', { status: 401, body })
  const browser = world.browser()
  await browser.signIn()
  const { error } = (await browser.json('session')) as { error: { hint: string } }
  expect(error.hint).toContain('check `clientId`, `clientSecret`')
})
