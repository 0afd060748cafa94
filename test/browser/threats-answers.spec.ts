import { expect, test } from '../fixture.js'
import { answer } from '../words-flow.js'

const pollution = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'

test('T23: `__proto__` in an answer of the server changes no prototype', async ({
  app,
  server,
}) => {
  const body = (json: Record<string, unknown>): unknown => ({
    ...json,
    ...(JSON.parse(pollution.replace('__proto__', '__PROTO__')) as object),
  })
  for (const endpoint of ['openid-configuration', 'token', 'userinfo'] as const)
    // As text: an own member of that name does not survive a spread.
    server.fail(
      endpoint,
      {
        body: (json) =>
          // What is serialised twice would be a string: the member is defined on the object.
          Object.defineProperty(body(json) as object, '__proto__', {
            value: { polluted: true },
            enumerable: true,
          }),
      },
      Infinity,
    )
  server.options.claims = JSON.parse(pollution) as Record<string, unknown>
  await app.open()
  await app.signIn()
  await app.refresh()
  expect((await app.attempt(() => window.auth.userInfo())).error).toBeUndefined()
  const polluted = await app.page.evaluate(() => {
    const { state } = window.auth
    const user = 'user' in state ? state.user : undefined
    return ['polluted' in {}, user && 'polluted' in user]
  })
  expect(polluted).toEqual([false, false])
})

/** Every name that an option of ours or of the platform's `fetch` may have, and what would do harm under it. */
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

test.describe('with every option’s name in Object.prototype', () => {
  test.use({ mode: 'manual' })

  test('T24: a sign-in, a refresh and a call go as ever', async ({
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
          // The platform itself reads what it is given by `get`, inherited members too.
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

test.describe('in an app as it is documented', () => {
  test.use({ options: { redirectUri: '/documented/react' } })

  test('T26: what a server says of an error is text of bounded length, and shown as text', async ({
    app,
    server,
  }) => {
    const payload = '<img src=x onerror="window.owned=1"><script>window.owned=1</script>'
    for (const error of [payload, payload + 'x'.repeat(5000), 'javascript:alert(1)']) {
      server.consent = { error, errorDescription: error }
      await app.page.goto('/documented/react')
      await app.page.getByRole('button', { name: 'Sign in' }).click()
      await expect(app.page.getByText(error.slice(0, 30))).toBeVisible()
      const found = await app.page.evaluate(() => {
        const { state } = window.auth
        const { code, message = '', oauth } = ('error' in state && state.error) || {}
        const lengths = [message, oauth?.error, oauth?.description].map((text) => text?.length ?? 0)
        return [code, 'owned' in window, document.images.length, Math.max(...lengths) <= 600]
      })
      expect(found).toEqual(['oauth_error', false, 0, true])
    }
  })
})

test('T27: no error, message or line on the console holds a secret, whatever fails', async ({
  app,
  server,
}) => {
  const heard: string[] = []
  app.page.on('console', (message) => heard.push(message.text()))
  app.page.on('pageerror', (error) => heard.push(`${error.stack}`))
  await app.open()
  await app.signIn()
  // Answers full of tokens that are of no use.
  const faults = [
    { body: (json: object) => ({ ...json, token_type: 'mac' }) },
    { body: (json: object) => JSON.stringify(json).slice(0, -5) },
    { idToken: { sub: '' } },
    { status: 500 },
    { status: 400 },
  ]
  for (const fault of faults) {
    server.fail('token', fault)
    await app.leave()
    heard.push(
      await app.page.evaluate(async () => {
        const told: unknown[] = []
        const tell = (error: unknown): void => {
          if (!(error instanceof Error)) return
          told.push(error.message, error.stack, JSON.stringify(error), { ...error })
          tell(error.cause)
        }
        const state = await window.auth.start()
        tell('error' in state ? state.error : 'stale' in state ? state.stale : undefined)
        await window.auth.refresh().catch(tell)
        return JSON.stringify(told)
      }),
    )
  }
  for (const secret of server.secrets) expect(heard.join('\n')).not.toContain(secret)
})
