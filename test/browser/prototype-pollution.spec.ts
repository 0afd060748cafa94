import { expect, test } from '../support/fixture.js'
import { answer, withoutMembers } from '../support/sign-in-steps.js'

/** Each option of the library and of the platform's `fetch`, with a value that would do harm. */
const poison: Record<string, unknown> = {
  server: {
    authorization_endpoint: 'https://evil.example.com/authorize',
    token_endpoint: 'https://evil.example.com/token',
  },
  scope: 'evil',
  resources: ['https://evil.example.com/'],
  par: true,
  store: 'session',
  postLogoutRedirectUri: 'https://evil.example.com/',
  timeout: 0.001,
  navigate: 'evil',
  params: { login_hint: 'evil' },
  tokenParams: { audience: 'evil' },
  resource: 'https://evil.example.com/',
  anonymous: true,
  redirect: 'error',
  returnTo: '/evil',
  prompt: 'none',
  maxAge: 1,
  acrValues: 'evil',
  loginHint: 'evil',
  uiLocales: 'evil',
  authorizationDetails: [{ type: 'evil' }],
  local: true,
  minTtl: 100_000,
  url: 'https://evil.example.com/',
  method: 'DELETE',
  headers: { 'x-evil': 'yes' },
  body: 'evil',
  mode: 'no-cors',
  credentials: 'include',
  cache: 'only-if-cached',
  referrer: 'https://evil.example.com/',
  integrity: 'sha256-evil',
}

const evil = 'https://evil.example.com/'

/** Each optional member of metadata, answers and records, with a value that would do harm. */
const gaps: Record<string, unknown> = {
  userinfo_endpoint: evil,
  revocation_endpoint: evil,
  end_session_endpoint: evil,
  pushed_authorization_request_endpoint: evil,
  require_pushed_authorization_requests: true,
  authorization_response_iss_parameter_supported: true,
  refresh_token: 'evil',
  expires: 1,
  request_uri: 'evil',
  again: evil,
  id_token_signed_response_alg: 'none',
  default_max_age: 0,
  ended: 'sign-out',
  refreshToken: 'evil',
  idToken: 'evil',
}

test.describe('with every option name in Object.prototype', () => {
  test.use({ mode: 'manual' })

  test('T24: sign-in, refresh and calls do not read them', async ({
    app,
    api,
    server,
    appOptions,
  }) => {
    const { issuer, clientId, redirectUri } = appOptions
    const options = {
      issuer,
      clientId,
      redirectUri,
      scope: 'openid offline_access',
      resources: [api.url],
    }
    await app.page.goto('/')
    const run = (work: 'leave' | 'arrive') =>
      app.page.evaluate(
        async ([given, poisoned, target, step]) => {
          const root = Object.getPrototypeOf({}) as object
          const names = Object.keys(poisoned)
          const real = window.fetch
          const sent: unknown[] = []
          // The platform reads inherited members of `init`, too.
          window.fetch = (input, init) => {
            for (const name in init) if (!Object.hasOwn(init, name)) sent.push(name)
            return real(input, init)
          }
          try {
            for (const name of names)
              Object.defineProperty(root, name, {
                value: poisoned[name],
                configurable: true,
                writable: true,
              })
            window.auth = window.Pixy.createAuth(given)
            const { status } = await window.auth.start()
            if (step === 'leave') return [status, await window.auth.signInUrl(), ...sent]
            await window.auth.refresh()
            const response = await window.auth.fetch(new Request(target, Object.create(null)))
            return [status, response.status, ...sent]
          } finally {
            for (const name of names) Reflect.deleteProperty(root, name)
            window.fetch = real
          }
        },
        [options, poison, `${api.url}me`, work] as const,
      )
    const [status, url] = await run('leave')
    expect(status).toBe('signed-out')
    const { searchParams, origin } = new URL(String(url))
    expect(origin).toBe(new URL(issuer ?? '').origin)
    expect([...searchParams.keys()].toSorted()).toEqual(
      [
        'client_id',
        'code_challenge',
        'code_challenge_method',
        'nonce',
        'redirect_uri',
        'response_type',
        'scope',
        'state',
      ].toSorted(),
    )
    await app.page.goto(await answer(server, String(url)))
    expect(await run('arrive')).toEqual(['signed-in', 200])
    expect(new URL(app.page.url()).pathname).toBe('/')
    expect(JSON.stringify([server.ledger, api.seen])).not.toContain('evil')
  })
})

test.describe('with a server that leaves out every optional member', () => {
  test.use({
    mode: 'manual',
    options: { store: 'session' },
    serverOptions: { metadata: Object.fromEntries(Object.keys(gaps).map((it) => [it, undefined])) },
  })

  test('T24: nothing in Object.prototype takes their place', async ({
    app,
    server,
    appOptions,
  }) => {
    server.fail('token', { body: withoutMembers('refresh_token') }, Infinity)
    const run = (step: 'leave' | 'arrive' | 'restore') =>
      app.page.evaluate(
        async ([given, poisoned, work]) => {
          const real = window.fetch
          const sent: string[] = []
          window.fetch = async (input, init) => {
            sent.push(`${String(input)} ${String(init?.body)}`)
            return real(input, init)
          }
          const root = Object.getPrototypeOf({}) as object
          try {
            for (const name in poisoned)
              Object.defineProperty(root, name, {
                value: poisoned[name],
                configurable: true,
                writable: true,
              })
            window.auth = window.Pixy.createAuth(given)
            const { status } = await window.auth.start()
            const codes: unknown[] = []
            const tell = (error: unknown): void =>
              void codes.push((error as { code?: string }).code)
            if (work === 'leave') return [await window.auth.signInUrl()]
            if (work === 'restore') {
              await window.auth.refresh().catch(tell)
              await window.auth.userInfo().catch(tell)
              await window.auth.signOut().catch(tell)
            }
            return [status, ...codes, ...sent.filter((one) => one.includes('evil'))]
          } finally {
            for (const name in poisoned) Reflect.deleteProperty(root, name)
            window.fetch = real
          }
        },
        [appOptions, gaps, step] as const,
      )
    await app.page.goto('/')
    const [url] = await run('leave')
    await app.page.goto(await answer(server, String(url)))
    expect(await run('arrive')).toEqual(['signed-in'])
    await app.page.goto('/')
    expect(await run('restore')).toEqual(['signed-in', 'interaction_required', 'unsupported'])
    expect(new URL(app.page.url()).pathname).toBe('/')
  })
})
