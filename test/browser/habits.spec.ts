import type { Consent } from '../../src/testing/index.js'
import { expect, test } from '../fixture.js'
import { callTwice, codeOf, said, withoutMembers } from '../words-flow.js'
import { expire } from '../words-session.js'

// What real servers have been seen to do, each by a dial of the mock server. None of it may cost a session.

test('auth_time 0 and no acr at the sign-in are lived with', async ({ app, server }) => {
  server.fail('token', { idToken: { auth_time: 0, acr: undefined } })
  await app.open()
  await app.signIn({ acrValues: 'gold' })
  expect(codeOf(await app.refresh())).toBeUndefined()
})

test('a server that demands a nonce gets one', async ({ app, server }) => {
  server.consent = (params): Consent => (params.get('nonce') ? {} : { error: 'invalid_request' })
  await app.open()
  await app.signIn()
})

test('scopes that are dropped in silence are missing from the session, and that is all', async ({
  app,
  server,
}) => {
  server.consent = { scope: 'openid offline_access' }
  await app.open()
  const state = await app.signIn()
  expect(state).toMatchObject({ session: { scope: ['openid', 'offline_access'] } })
  expect(codeOf(await app.refresh())).toBeUndefined()
  expect(await app.state()).toEqual(state)
})

test('an error code that nobody registered, by 403, is told in the words of the server', async ({
  app,
  server,
}) => {
  const body = '{"error":"invalid_code","error_description":"Once only."}'
  server.fail('token', { status: 403, handled: false, body })
  await app.open()
  await app.leave()
  expect(await said(app)).toBe('oauth_error')
  const { oauth, message } = await app.page.evaluate(() => {
    const { state } = window.auth
    const error = 'error' in state ? state.error : undefined
    return { oauth: error?.oauth, message: error?.message }
  })
  expect(oauth).toMatchObject({ error: 'invalid_code', description: 'Once only.' })
  expect(message).toContain('invalid_code')
})

test('a dead refresh token answered by 400 and nothing at all ends the session the second time', async ({
  app,
  server,
}) => {
  await app.page.clock.install()
  await app.open()
  await app.signIn()
  server.fail('token', { status: 400, handled: false }, Infinity)
  await app.page.clock.fastForward('10:00')
  expect(codeOf(await app.token())).toBe('invalid_response')
  await app.becomes('stale')
  expect(codeOf(await app.token())).toBe('invalid_response')
  expect(server.requests('token')).toHaveLength(2)
  await app.page.clock.fastForward('00:31')
  expect(codeOf(await app.token())).toBe('session_ended')
  expect(await said(app)).toBe('session_ended')
})

test('a refresh token that came to life again after one empty 400 is used on', async ({
  app,
  server,
  api,
}) => {
  await app.page.clock.install()
  await app.open()
  await app.signIn()
  server.fail('token', { status: 400, handled: false })
  // Its ID token would be too old for a page whose clock runs ahead of the server's.
  server.fail('token', { body: withoutMembers('id_token') })
  await app.page.clock.fastForward('10:00')
  expect(codeOf(await app.token())).toBe('invalid_response')
  await app.page.clock.fastForward('00:31')
  expect(codeOf(await app.token())).toBeUndefined()
  await callTwice(app, api.url)
  await app.becomes('signed-in')
})

test.describe('with a second API, never consented to', () => {
  test.use({
    options: async ({ api }, use) =>
      use({
        resources: [api.url, { url: `${api.url}second`, resource: 'https://second.example/' }],
      }),
  })

  test('invalid_grant for its token leaves the session, and the first API goes on', async ({
    app,
    server,
    api,
  }) => {
    await app.open()
    await app.signIn()
    server.fail('token', { status: 400, handled: false, body: '{"error":"invalid_grant"}' })
    const outcome = await app.fetch(`${api.url}second/me`)
    expect(codeOf(outcome)).toMatch(/^(interaction_required|insufficient_scope)$/)
    expect((await app.state()).status).toBe('signed-in')
    await callTwice(app, api.url)
    expect(codeOf(await app.refresh())).toBeUndefined()
  })
})

test('revocation that is refused with 401 and nothing at all does not keep anybody', async ({
  app,
  server,
}) => {
  server.fail('revocation', { status: 401, handled: false }, Infinity)
  await app.open()
  await app.signIn()
  await app.page.evaluate(() => void window.auth.signOut())
  await expect.poll(() => server.requests('end_session').length).toBe(1)
  expect(server.requests('revocation')).toHaveLength(1)
})

test.describe('at sign-out', () => {
  test.use({ options: { postLogoutRedirectUri: '/bye' } })

  test('the server is told id_token_hint, client_id, state and where to go, whatever it needs', async ({
    app,
    server,
    baseURL,
  }) => {
    await app.open()
    await app.signIn()
    await app.page.evaluate(() => void window.auth.signOut())
    await app.page.waitForURL('**/bye')
    expect(server.requests('end_session')[0]?.params).toEqual({
      id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      client_id: 'app',
      state: expect.stringMatching(/^px1o/),
      post_logout_redirect_uri: `${baseURL}/bye`,
    })
  })
})

/** The API refuses this one token once, and says so as `how` does. */
function refuseFirst(how: HeadersInit): (request: Request) => Response | undefined {
  let refused: string | undefined
  return (request) => {
    const token = request.headers.get('authorization') ?? ''
    refused ??= token
    return token === refused ? new Response('{}', { status: 401, headers: how }) : undefined
  }
}

for (const [name, headers, exposes] of [
  ['without WWW-Authenticate', {}, true],
  [
    'whose WWW-Authenticate CORS hides',
    { 'www-authenticate': 'Bearer error="invalid_token"' },
    false,
  ],
  ['with a challenge of no error', { 'www-authenticate': 'Bearer realm="api"' }, true],
] as const)
  test(`a 401 ${name} is answered by one refresh and one retry`, async ({ app, server, api }) => {
    await app.open()
    await app.signIn()
    api.exposes = exposes
    api.handler = refuseFirst(headers)
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
    expect(server.refreshTokenUses).toHaveLength(1)
    expect(api.seen).toHaveLength(2)
  })

test('no request to the token or revocation endpoint needs a preflight', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  await app.refresh()
  await app.signOut({})
  await expect.poll(() => server.requests('revocation').length).toBe(1)
  const preflights = server.ledger.filter(({ method }) => method === 'OPTIONS')
  expect(preflights.map(({ endpoint }) => endpoint)).toEqual([])
  const types = server.requests('token').map(({ headers }) => headers['content-type'])
  for (const type of types) expect(type).toMatch(/^application\/x-www-form-urlencoded/)
})

test('a refresh token that was reused within the grace is no sign-out', async ({ app, server }) => {
  server.options.reuseGrace = 60
  await app.open()
  await app.signIn()
  server.fail('token', { drop: 'after' })
  await app.refresh()
  await expect.poll(async () => codeOf(await app.refresh())).toBeUndefined()
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).not.toContain('reused')
  expect((await app.state()).status).toBe('signed-in')
})

test('a family that was killed without a word is session_ended when it is next used', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  server.revokeGrants()
  expect((await app.token()).value).toBeTruthy()
  await expire(app)
  expect(codeOf(await app.token())).toBe('session_ended')
  expect(await said(app)).toBe('session_ended')
})

test('token_type DPoP that nobody asked for is refused, and never sent', async ({
  app,
  server,
  api,
}) => {
  server.fail('token', { body: (json) => ({ ...json, token_type: 'DPoP' }) })
  await app.open()
  await app.leave()
  expect(await said(app)).not.toMatch(/signed/)
  expect(codeOf(await app.fetch(`${api.url}me`))).toBe('not_signed_in')
  expect(api.seen).toEqual([])
})

test('a clock that was set forward after the sign-in signs nobody out', async ({
  app,
  server,
  api,
}) => {
  await app.page.clock.install()
  await app.open()
  await app.signIn()
  await app.page.clock.fastForward('01:00:00')
  await app.fetch(`${api.url}me`)
  await app.fetch(`${api.url}me`)
  expect((await app.state()).status).toBe('signed-in')
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).not.toContain('reused')
})
