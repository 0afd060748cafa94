import type { MockServer } from '../../src/testing/index.js'
import { expect, test as base, type Tab } from '../support/fixture.js'
import { serve } from '../support/node-server.js'
import { expire, stored } from '../support/session.js'
import { arrive, callback, hinted, said } from '../support/sign-in-steps.js'

// What docs/providers.md says of services that cannot be run here.

/** `backend`: the token endpoint of a backend, which knows the client's secret. */
const test = base.extend<{ backend: string }>({
  backend: async ({ server }, use) => {
    const served = await serve(async (request) => {
      if (request.method === 'OPTIONS') return server.fetch(request)
      const form = new URLSearchParams(await request.text())
      form.set('client_secret', 'of the backend')
      const { headers } = request
      return server.fetch(
        new Request(`${server.issuer}/token`, { method: 'POST', body: form, headers }),
      )
    })
    await use(`${served.origin}/token`)
    await served.close()
  },
})

test.describe('where the document calls the server by another name', () => {
  // B2C: the document is at the path of the policy, and the issuer has the tenant alone.
  test.use({
    server: async ({ servers }, use) => {
      const server = servers.newServer({}, '/b2c_1_signin/v2.0')
      const issuer = server.issuer.replace('b2c_1_signin/', '')
      server.options.metadata = { issuer }
      server.fail('token', { idToken: { iss: issuer } }, Infinity)
      await use(server)
      server.heal()
    },
  })

  test('the sign-in fails, and the error says the name', async ({ app, server }) => {
    await app.open()
    const { error } = await app.attempt(() => window.auth.signInUrl())
    expect(error?.code).toBe('issuer_mismatch')
    expect(error?.hint).toContain(`"${server.issuer.replace('b2c_1_signin/', '')}"`)
  })

  test.describe('with that name in `server.issuer`', () => {
    test.use({
      options: async ({ server }, use) =>
        use({ server: { issuer: server.issuer.replace('b2c_1_signin/', '') } }),
    })

    test('the user signs in, and no other name is accepted', async ({ app, server }) => {
      server.options.metadata = {
        ...server.options.metadata,
        authorization_response_iss_parameter_supported: undefined,
      }
      await app.open()
      expect((await app.signIn()).status).toBe('signed-in')
      await app.signOut({ local: true })
      server.heal()
      await app.leave()
      expect(await said(app)).toBe('invalid_id_token')
    })
  })

  test.describe('with another name in `server.issuer`', () => {
    test.use({ options: { server: { issuer: 'https://other.example/v2.0/' } } })

    test('the document is refused', async ({ app }) => {
      await app.open()
      const { error } = await app.attempt(() => window.auth.signInUrl())
      expect(error?.code).toBe('issuer_mismatch')
    })
  })
})

test('a missing access token is reported with a hint about scopes of an API', async ({
  app,
  server,
}) => {
  server.fail('token', { body: (json) => ({ ...json, access_token: undefined }) })
  await app.open()
  await app.leave()
  expect(await said(app)).toBe('invalid_response')
  expect(await hinted(app)).toContain('a scope of an API')
})

const secretless: [status: number, error: string, description: string | undefined][] = [
  [400, 'invalid_request', 'client_secret is missing.'],
  [401, 'invalid_client', "The request must contain: 'client_assertion' or 'client_secret'."],
  [401, 'invalid_client', 'The client supports "client_secret_basic", but "none" was requested.'],
  [200, 'incorrect_client_credentials', undefined],
]

for (const [status, error, error_description] of secretless)
  test(`needs a public client: ${(error_description ?? error).slice(0, 55)}`, async ({
    app,
    server,
  }) => {
    server.fail('token', { status, handled: false, body: () => ({ error, error_description }) })
    await app.open()
    await app.leave()
    expect(await said(app)).toBe('oauth_error')
    expect(await hinted(app)).toContain('Register a public client')
  })

test.describe('with a server that wants a secret', () => {
  // The backend of the app adds the secret: it stands between the page and the token endpoint.
  test.use({
    serverOptions: { wantsSecret: true, form: 'unasked', openid: false },
    options: async ({ server, backend }, use) =>
      use({
        issuer: undefined,
        scope: 'read',
        server: {
          authorization_endpoint: `${server.issuer}/authorize`,
          token_endpoint: backend,
        },
      }),
  })

  test('a token endpoint at the app’s backend adds it', async ({ app, server }) => {
    server.options.metadata = { authorization_response_iss_parameter_supported: undefined }
    await app.open()
    const there = await callback(app, server)
    expect(await arrive(app, there)).toBe('signed-in')
    const [sent] = server.requests('token')
    expect(sent?.params).toMatchObject({ client_secret: 'of the backend' })
    expect((await app.token()).value).toBeTruthy()
  })
})

/** Sign in, let the server refuse the expired token's refresh as it does, and say what becomes of the session. */
async function endsByRefusal(app: Tab, server: MockServer): Promise<string> {
  await expire(app)
  server.revokeGrants()
  await app.token()
  return said(app)
}

/** The user is back at the page that the service was told, signed out. */
async function signsOutTo(app: Tab, url: string): Promise<void> {
  await app.page.evaluate(() => void window.auth.signOut())
  await app.page.waitForURL((at) => at.href.startsWith(url))
  expect((await app.open(new URL(url).pathname)).status).toBe('signed-out')
}

test.describe('as Amazon Cognito', () => {
  test.use({
    serverOptions: {
      // No name of the return address but its own, no rotation, no word on `iss`, and `offline_access` unknown.
      logoutBy: 'logout_uri',
      logoutWants: ['client_id', 'logout_uri'],
      refreshTokens: 'always',
      rotate: false,
      metadata: {
        end_session_endpoint: undefined,
        authorization_response_iss_parameter_supported: undefined,
      },
      scopes: { known: ['openid', 'profile', 'email'], others: 'refused' },
    },
    options: async ({ server, baseURL }, use) => {
      const url = new URL(`${server.issuer}/end_session`)
      url.searchParams.set('logout_uri', `${baseURL}/bye`)
      await use({ server: { end_session_endpoint: url.href }, scope: 'openid profile email' })
    },
  })

  test('the user signs in, stays signed in over a refresh, and signs out', async ({
    app,
    server,
    baseURL,
  }) => {
    await app.open()
    await app.signIn()
    const { refreshToken } = await stored(app)
    const { value: before } = await app.token()
    server.fail('token', { idToken: { auth_time: Math.floor(Date.now() / 1000) + 300 } })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect((await app.token()).value).not.toBe(before)
    expect((await stored(app)).refreshToken).toBe(refreshToken)
    await signsOutTo(app, `${baseURL}/bye`)
    const [left] = server.requests('end_session')
    expect(left?.params).toMatchObject({ client_id: 'app', logout_uri: `${baseURL}/bye` })
  })

  test('a user who was signed out everywhere is signed out', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    expect(await endsByRefusal(app, server)).toBe('session_ended')
  })
})

test.describe('as Auth0', () => {
  test.use({
    serverOptions: {
      logoutBy: 'returnTo',
      logoutWants: ['client_id', 'returnTo'],
      audiences: ['https://api.example.com'],
      deadRefreshToken: { status: 403, error: 'invalid_grant' },
      reuseGrace: 5,
      metadata: { end_session_endpoint: undefined },
    },
    options: async ({ server, baseURL }, use) => {
      const url = new URL(`${server.issuer}/end_session?federated`)
      url.searchParams.set('returnTo', `${baseURL}/bye`)
      await use({
        server: { end_session_endpoint: url.href },
        params: { audience: 'https://api.example.com' },
      })
    },
  })

  test('the user signs in for an audience, and signs out of the upstream provider', async ({
    app,
    server,
    baseURL,
  }) => {
    await app.open()
    await app.signIn()
    const { value = '' } = await app.token()
    expect(server.verify(value)).toMatchObject({ aud: 'https://api.example.com' })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    await signsOutTo(app, `${baseURL}/bye`)
    const [left] = server.requests('end_session')
    const asked = { client_id: 'app', federated: '', returnTo: `${baseURL}/bye` }
    expect(left?.params).toMatchObject(asked)
  })

  test('a user who signed out at Auth0 is signed out here', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    expect(await endsByRefusal(app, server)).toBe('session_ended')
  })
})
