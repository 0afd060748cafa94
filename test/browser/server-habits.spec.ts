import type { Consent } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { callTwice, codeOf, said, withoutMembers } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'
import { expire } from '../support/session.js'

// What real servers do, each by an option of the mock server. None of it may cost a session.

test('a sign-in accepts auth_time 0, a required nonce and dropped scopes', async ({
  app,
  server,
}) => {
  await app.open()
  await test.step('auth_time 0 and no acr', async () => {
    server.fail('token', { idToken: { auth_time: 0, acr: undefined } })
    await app.signIn({ acrValues: 'gold' })
    expect(codeOf(await app.refresh())).toBeUndefined()
    await app.signOut({ local: true })
  })
  await test.step('a required nonce', async () => {
    server.consent = (params): Consent => (params.get('nonce') ? {} : { error: 'invalid_request' })
    await app.signIn()
    await app.signOut({ local: true })
  })
  await test.step('scopes that the server drops are missing from the session', async () => {
    server.consent = { scope: 'openid offline_access' }
    const state = await app.signIn()
    expect(state).toMatchObject({ session: { scope: ['openid', 'offline_access'] } })
    expect(codeOf(await app.refresh())).toBeUndefined()
    expect(await app.state()).toEqual(state)
  })
})

test('an unknown error code, or token_type DPoP without DPoP, fails the sign-in', async ({
  app,
  server,
  api,
}) => {
  await test.step('the error code is given in the words of the server', async () => {
    const body = '{"error":"invalid_code","error_description":"Once only."}'
    server.fail('token', { status: 403, handled: false, body })
    await app.open()
    await app.leave()
    expect(await said(app)).toBe('oauth_error')
    const { oauth, hint } = await app.page.evaluate(() => {
      const { state } = window.auth
      const error = 'error' in state ? state.error : undefined
      return { oauth: error?.oauth, hint: error?.hint }
    })
    expect(oauth).toMatchObject({ error: 'invalid_code', description: 'Once only.' })
    expect(hint).toContain('invalid_code: Once only.')
  })
  await test.step('the token is never sent', async () => {
    server.fail('token', { body: (json) => ({ ...json, token_type: 'DPoP' }) })
    await app.leave()
    // Not signed in, not signed out without an error, and not with the error before it.
    expect(await said(app)).not.toMatch(/signed|oauth_error/)
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe('not_signed_in')
    expect(api.seen).toEqual([])
  })
})

test('only a second empty 400, half a minute later, ends the session', async ({
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

  const earlier = server.requests('token').length
  server.fail('token', { status: 400, handled: false }, Infinity)
  await app.page.clock.fastForward('10:00')
  expect(codeOf(await app.token())).toBe('invalid_response')
  await app.becomes('stale')
  expect(codeOf(await app.token())).toBe('invalid_response')
  expect(server.requests('token')).toHaveLength(earlier + 1)
  await app.page.clock.fastForward('00:31')
  expect(codeOf(await app.token())).toBe('session_ended')
  expect(await said(app)).toBe('session_ended')
})

test.describe('with a second API that the user has not consented to', () => {
  test.use({
    options: async ({ api }, use) =>
      use({
        resources: [api.url, { url: `${api.url}second`, resource: 'https://second.example/' }],
      }),
  })

  test('invalid_grant for its token ends neither the session nor the first API', async ({
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

test('a revocation refused with an empty 401 does not stop the sign-out', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  await app.refresh()
  server.fail('revocation', { status: 401, handled: false }, Infinity)
  await app.page.evaluate(() => void window.auth.signOut())
  await expect.poll(() => server.requests('end_session').length).toBe(1)
  expect(server.requests('revocation')).toHaveLength(1)
  await test.step('no request to the server needs a preflight', async () => {
    const preflights = server.ledger.filter(({ method }) => method === 'OPTIONS')
    expect(preflights.map(({ endpoint }) => endpoint)).toEqual([])
    const types = server.requests('token').map(({ headers }) => headers['content-type'])
    for (const type of types) expect(type).toMatch(/^application\/x-www-form-urlencoded/)
  })
})

/** The API refuses the first token that it sees, with these headers. */
function refuseFirst(how: HeadersInit): (request: Request) => Response | undefined {
  let refused: string | undefined
  return (request) => {
    const token = request.headers.get('authorization') ?? ''
    refused ??= token
    return token === refused ? new Response('{}', { status: 401, headers: how }) : undefined
  }
}

const challenges = [
  ['without WWW-Authenticate', {}, true],
  [
    'whose WWW-Authenticate is hidden',
    { 'www-authenticate': 'Bearer error="invalid_token"' },
    false,
  ],
  ['with a challenge without an error', { 'www-authenticate': 'Bearer realm="api"' }, true],
] as const

test('a 401 that does not say why is answered by one refresh and one retry', async ({
  app,
  server,
  api,
}) => {
  await app.open()
  await eachRow<[HeadersInit, boolean]>(challenges, async (_name, headers, exposes) => {
    await app.signIn()
    const [used, seen] = [server.refreshTokenUses.length, api.seen.length]
    api.exposes = exposes
    api.handler = refuseFirst(headers)
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
    expect(server.refreshTokenUses).toHaveLength(used + 1)
    expect(api.seen).toHaveLength(seen + 2)
    await app.signOut({ local: true })
  })
})

test('reuse within the grace time ends no session, a revoked grant does', async ({
  app,
  server,
}) => {
  server.options.reuseGrace = 60
  await app.open()
  await app.signIn()
  server.fail('token', { drop: 'after' })
  await app.refresh()
  await expect.poll(async () => codeOf(await app.refresh())).toBeUndefined()
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).not.toContain('reused')
  expect((await app.state()).status).toBe('signed-in')

  server.revokeGrants()
  expect((await app.token()).value).toBeTruthy()
  await expire(app)
  expect(codeOf(await app.token())).toBe('session_ended')
  expect(await said(app)).toBe('session_ended')
})

test('setting the clock forward after the sign-in ends no session', async ({
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
