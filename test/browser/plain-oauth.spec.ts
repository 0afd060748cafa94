import { expect, test } from '../support/fixture.js'
import {
  arrive,
  callback,
  changed,
  codeOf,
  depart,
  endpoints,
  said,
} from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'
import { bend, expire, holdTokens, look, refreshes } from '../support/session.js'

// A server that implements RFC 6749 and nothing else.
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

test('sign-in, calls and refresh work without discovery and ID token', async ({
  app,
  server,
  api,
}) => {
  const calls = async (): Promise<void> =>
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
  await app.open('/deep')
  const before = await app.signIn()
  expect(before).toEqual({
    status: 'signed-in',
    user: {},
    session: { issuer: `${server.issuer}/token`, scope: [], tokenType: 'bearer' },
  })
  await calls()
  expect((await app.reload()).status).toBe('signed-in')
  await calls()
  expect(endpoints(server.ledger)).toEqual(['authorize', 'token'])

  await test.step('`expires` counts as `expires_in`', async () => {
    const first = (await app.token()).value
    expect((await app.token({ minTtl: 2000 })).value).toBe(first)
    expect(server.requests('token')).toHaveLength(1)
    expect((await app.token({ minTtl: 2700 + 60 })).value).toBe(first)
  })
  await test.step('a refresh works, and the API takes the new token', async () => {
    const first = (await app.token()).value
    expect(codeOf(await app.refresh())).toBeUndefined()
    expect((await app.token()).value).not.toBe(first)
    expect(await app.state()).toEqual(before)
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
    await calls()
  })
  await test.step('an expired token is renewed when it is used', async () => {
    server.expireAccessTokens()
    await expire(app)
    await calls()
    expect(server.refreshTokenUses).toHaveLength(2)
  })
  await test.step('userInfo() accepts an answer without a `sub`', async () => {
    const who = { id: 7, login: 'ada', name: 'Ada Lovelace' }
    server.fail('userinfo', { body: () => who })
    expect((await app.attempt(() => window.auth.userInfo())).value).toEqual(who)
    expect(await app.state()).toMatchObject({ user: who })
    expect(await app.reload()).toMatchObject({ user: who })
    await app.refresh()
    expect(await app.state()).toMatchObject({ user: who })
  })
})

test('no request uses OpenID Connect, and an ID token is ignored', async ({ app, server }) => {
  await app.open()
  await test.step('without a scope option the request has neither scope nor nonce', async () => {
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
  await test.step('the scope openid without an issuer is a config error', async () => {
    const outcome = await app.attempt(
      () => void window.Pixy.createAuth({ ...window.options, scope: 'read openid' }),
    )
    expect(codeOf(outcome)).toBe('config')
    expect(outcome.error?.message).toContain('issuer')
  })
  const issuers: [string, string | undefined][] = [
    ['no iss', undefined],
    ['the iss of another server', 'https://other.example'],
  ]
  await eachRow(issuers, async (_name, iss) => {
    await app.open()
    const href = changed(await callback(app, server), { iss })
    expect(await arrive(app, href)).toBe('signed-in')
    await app.signOut({ local: true })
  })

  server.heal()
  const tokens: [string, unknown][] = [
    ['an ID token of garbage', 'garbage'],
    ['a well-formed ID token of another user', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmlsIn0.'],
    ['an ID token that is not a string', 17],
  ]
  await eachRow(tokens, async (_name, token) => {
    server.fail('token', { body: (json) => ({ ...json, id_token: token }) }, Infinity)
    expect(await app.signIn()).toMatchObject({ user: {} })
    expect(codeOf(await app.refresh())).toBeUndefined()
    expect(await app.state()).toMatchObject({ status: 'signed-in', user: {} })
    await app.signOut({ local: true })
    server.heal()
  })
})

test('`expires` counts as `expires_in`: an expired token is renewed on use', async ({
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
    .poll(async () => (await app.token()) && server.requests('token').length, {
      intervals: [100],
    })
    .toBe(first + 1)
})

test.describe('with a scope, and without a UserInfo endpoint', () => {
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

  test('scope, userInfo() and signOut() work as far as the server allows', async ({
    app,
    server,
  }) => {
    await app.open('/deep')
    await test.step('the scope asked for counts as granted', async () => {
      expect(await app.signIn()).toMatchObject({ session: { scope: ['read', 'write'] } })
    })
    await test.step('userInfo() is unsupported', async () => {
      expect(codeOf(await app.attempt(() => window.auth.userInfo()))).toBe('unsupported')
    })
    await test.step('signOut() stays on the page and asks the server for nothing', async () => {
      expect(codeOf(await app.signOut())).toBeUndefined()
      expect(await said(app)).toBe('signed-out')
      expect(new URL(app.page.url()).pathname).toBe('/deep')
      expect(endpoints(server.ledger)).toEqual(['authorize', 'token'])
    })
  })
})

test('T30: without a user name a call belongs to the session it was made in', async ({
  app,
  api,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  /** A call that waits for a new token while `meanwhile` happens. */
  const called = async (meanwhile: () => Promise<unknown>): Promise<string | undefined> => {
    await expire(app, other)
    const count = refreshes(server).length
    holdTokens(server)
    const under = app.attempt(
      (url: string) => window.auth.fetch(new Request(url, { method: 'POST', body: 'mine' })),
      `${api.url}echo`,
    )
    await expect.poll(() => refreshes(server)).toHaveLength(count + 1)
    await meanwhile()
    server.heal()
    return codeOf(await under)
  }
  // The same session gets a name.
  const named = () => bend(app, (record) => void Object.assign(record, { user: { sub: 'ada' } }))
  expect(await called(named)).toBeUndefined()
  await app.signOut({ local: true })
  await app.signIn()
  const sent = api.seen.length
  expect(await called(() => other.signIn().then(() => look(app)))).toBe('account_changed')
  expect(api.seen).toHaveLength(sent)
})

test.describe('with an issuer in the `server` option', () => {
  test.use({
    options: async ({ options, server: { issuer } }, use) =>
      use({ ...options, server: { ...options?.server, issuer } }),
  })

  test('T4: an answer of another issuer is refused', async ({ app, server }) => {
    await app.open()
    const answered = await callback(app, server)
    expect(await arrive(app, changed(answered, { iss: 'https://other.example' }))).toBe(
      'issuer_mismatch',
    )
    expect(server.requests('token')).toEqual([])
    expect(await arrive(app, await callback(app, server))).toBe('signed-in')
  })
})
