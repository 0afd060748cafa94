import { expect, test } from '../fixture.js'
import { arrive, callback, changed, codeOf, depart, endpoints, said } from '../words-flow.js'
import { expire } from '../words-session.js'

// A server of RFC 6749 and nothing else, as the issue shows it.
test.use({
  serverOptions: { openid: false, rotate: true },
  options: async ({ server: { issuer } }, use) =>
    use({
      issuer: undefined,
      scope: undefined,
      server: {
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
      },
    }),
})

test.beforeEach(({ server }) => {
  server.options.metadata = { authorization_response_iss_parameter_supported: undefined }
  const body = ({ access_token, refresh_token, token_type }: Record<string, unknown>): unknown => ({
    access_token,
    refresh_token,
    token_type,
    expires: 3600,
  })
  server.fail('token', { body }, Infinity)
})

test('a person signs in where there is no discovery and no ID token, and calls the API', async ({
  app,
  server,
  api,
}) => {
  await app.open('/deep')
  expect(await app.signIn()).toEqual({
    status: 'signed-in',
    user: {},
    session: { issuer: `${server.issuer}/token`, scope: [], tokenType: 'bearer' },
  })
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
  expect((await app.reload()).status).toBe('signed-in')
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
  expect(endpoints(server.ledger)).toEqual(['authorize', 'token'])
})

test('no scope and no nonce are asked for where none was given', async ({ app, server }) => {
  await app.open()
  const { searchParams } = await depart(app, server)
  expect([...searchParams.keys()].toSorted()).toEqual([
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'redirect_uri',
    'response_type',
    'state',
  ])
})

test('`expires` counts as `expires_in`: an hour is an hour', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  const first = (await app.token()).value
  expect((await app.token({ minTtl: 2000 })).value).toBe(first)
  expect(server.requests('token')).toHaveLength(1)
  const second = (await app.token({ minTtl: 2700 + 60 })).value
  expect(second).toBe(first)
})

test('`expires` counts as `expires_in`: what is over is renewed on use', async ({
  app,
  server,
}) => {
  server.heal()
  const brief = (json: Record<string, unknown>): unknown => ({
    ...json,
    expires_in: undefined,
    expires: 1,
  })
  server.fail('token', { body: brief })
  await app.open()
  await app.signIn()
  const first = server.requests('token').length
  await expect
    .poll(async () => (await app.token()) && server.requests('token').length)
    .toBe(first + 1)
})

test('a refresh works, and the API takes the new token', async ({ app, server, api }) => {
  await app.open()
  const before = await app.signIn()
  const first = (await app.token()).value
  expect(codeOf(await app.refresh())).toBeUndefined()
  expect((await app.token()).value).not.toBe(first)
  expect(await app.state()).toEqual(before)
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
})

test('an expired token is renewed when it is used', async ({ app, server, api }) => {
  await app.open()
  await app.signIn()
  server.expireAccessTokens()
  await expire(app)
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
  expect(server.refreshTokenUses).toHaveLength(1)
})

test('userInfo() takes whatever says who I am', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  server.fail('userinfo', { body: () => ({ id: 7, login: 'ada', name: 'Ada Lovelace' }) })
  const who = { id: 7, login: 'ada', name: 'Ada Lovelace' }
  expect((await app.attempt(() => window.auth.userInfo())).value).toEqual(who)
  expect(await app.state()).toMatchObject({ user: who })
  expect(await app.reload()).toMatchObject({ user: who })
  await app.refresh()
  expect(await app.state()).toMatchObject({ user: who })
})

for (const [name, token] of [
  ['garbage', 'garbage'],
  ['a well-formed one of somebody', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmlsIn0.'],
  ['no string', 17],
] as const)
  test(`an ID token that nobody asked for is ignored: ${name}`, async ({ app, server }) => {
    server.heal()
    server.fail('token', { body: (json) => ({ ...json, id_token: token }) }, Infinity)
    await app.open()
    expect(await app.signIn()).toMatchObject({ user: {} })
    expect(codeOf(await app.refresh())).toBeUndefined()
    expect(await app.state()).toMatchObject({ status: 'signed-in', user: {} })
  })

for (const iss of [undefined, 'https://anybody.example'])
  test(`iss ${iss ?? 'left out'} says nothing to a client that knows no issuer`, async ({
    app,
    server,
  }) => {
    await app.open()
    const href = changed(await callback(app, server), { iss })
    expect(await arrive(app, href)).toBe('signed-in')
  })

test('openid in the scope is a config error without an issuer to check the ID token by', async ({
  app,
}) => {
  await app.open()
  const outcome = await app.attempt(
    () => void window.Pixy.createAuth({ ...window.options, scope: 'read openid' }),
  )
  expect(codeOf(outcome)).toBe('config')
  expect(outcome.error?.message).toContain('issuer')
})

test.describe('with the profile scope of its own', () => {
  test.use({
    options: async ({ server: { issuer } }, use) =>
      use({
        issuer: undefined,
        scope: 'read write',
        server: {
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
        },
      }),
  })

  test('what was asked for is what was granted, where the server does not say', async ({ app }) => {
    await app.open()
    expect(await app.signIn()).toMatchObject({ session: { scope: ['read', 'write'] } })
  })

  test('signing out forgets, and stays on the page', async ({ app, server }) => {
    await app.open('/deep')
    await app.signIn()
    expect(codeOf(await app.signOut())).toBeUndefined()
    expect(await said(app)).toBe('signed-out')
    expect(new URL(app.page.url()).pathname).toBe('/deep')
    expect(endpoints(server.ledger)).toEqual(['authorize', 'token'])
  })

  test('userInfo() is unsupported where nobody says who I am', async ({ app }) => {
    await app.open()
    await app.signIn()
    expect(codeOf(await app.attempt(() => window.auth.userInfo()))).toBe('unsupported')
  })
})
