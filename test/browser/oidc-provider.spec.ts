import { expect } from '../support/fixture.js'
import { Person } from '../support/demo.js'
import {
  authorizeRequest,
  audiences,
  back,
  claimsOf,
  leave,
  present,
  refreshes,
  reason,
  refreshToken,
  signIn,
  test,
} from '../support/oidc-provider.js'

test('a session signs in, refreshes, and ends when its refresh token is stolen', async ({
  app,
  apis,
  canaries,
  page,
  provider,
  requests,
}) => {
  await app.open('/deep?page=1')
  const { origin } = new URL(page.url())
  const asked = authorizeRequest(app, provider)
  const person = await leave(app)
  const searchParams = await asked
  expect(searchParams.get('code_challenge_method')).toBe('S256')
  expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/)
  requests.length = 0
  await person.identify('Ada Lovelace')
  await person.allow()
  const state = await back(app, origin)
  const ofTheApp = requests.filter((request) => !/interaction|auth\/|css/.test(request))
  // This server gives a refresh token after `prompt=consent` only.
  expect(ofTheApp).toEqual(['POST /token', 'GET /auth', 'POST /token'])
  expect(state).toMatchObject({
    user: { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' },
    session: { issuer: provider.issuer, tokenType: 'bearer' },
  })
  expect(new URL(page.url())).toMatchObject({ pathname: '/deep', search: '?page=1' })
  const answer = await app.fetch(apis.orders)
  expect(JSON.parse(answer.value?.body ?? '')).toMatchObject({ sub: 'ada', name: 'Ada Lovelace' })

  await test.step('the canaries know the secrets of this server', async () => {
    const held = await Promise.all([refreshToken(app), app.token().then(({ value = '' }) => value)])
    const marks = [...canaries.marks()]
    for (const secret of held) expect(marks.filter((mark) => secret.includes(mark))).not.toEqual([])
  })
  await test.step('a refresh is silent and rotates the refresh token every time', async () => {
    requests.length = 0
    const held = [await refreshToken(app)]
    for (let times = 1; times <= 2; times++) {
      expect((await app.refresh()).value?.status).toBe('signed-in')
      held.push(await refreshToken(app))
      expect(refreshes(requests)).toBe(times)
      expect((await app.fetch(apis.orders)).value?.status).toBe(200)
    }
    expect(new Set(held).size).toBe(3)
    expect(await app.history()).toEqual(['loading', 'signed-in'])
  })
  await test.step('UserInfo gives the same user', async () => {
    const claims = await app.attempt(() => window.auth.userInfo())
    expect(claims.value).toMatchObject({ sub: 'ada', name: 'Ada Lovelace', email_verified: true })
    expect(requests).toContain('GET /me')
  })
  await test.step('a refresh token used by a thief ends the session with session_ended', async () => {
    expect(await present(provider, await refreshToken(app))).toMatchObject({ status: 200 })
    expect((await app.refresh()).error?.code).toBe('session_ended')
    expect(await reason(app)).toEqual(['signed-out', 'session_ended', undefined])
  })
})

test('errors of a sign-in reach the app; prompt=create and loginHint reach the server', async ({
  app,
  servers,
}) => {
  await app.open()
  await test.step('prompt=none is interaction_required', async () => {
    await leave(app, { prompt: 'none' })
    await back(app, servers.appOrigin)
    expect(await reason(app)).toEqual(['signed-out', 'interaction_required', 'login_required'])
  })
  await test.step('a cancelled sign-in is access_denied', async () => {
    const person = await leave(app)
    await expect(person.heading('Sign in')).toBeVisible()
    await person.cancel()
    await back(app, servers.appOrigin)
    expect(await reason(app)).toEqual(['signed-out', 'access_denied', 'access_denied'])
    expect(await signIn(app)).not.toHaveProperty('error')
  })
  await test.step('prompt=create and loginHint reach the sign-in page', async () => {
    const person = await leave(app, { prompt: 'create', loginHint: 'Katherine Johnson' })
    await expect(person.heading('Create your account')).toBeVisible()
    await expect(person.page.getByLabel('Name')).toHaveValue('Katherine Johnson')
    await person.button('Create account').click()
    expect(await back(app, servers.appOrigin)).toMatchObject({
      user: { name: 'Katherine Johnson' },
    })
  })
})

test('a link signs in; a sign-out revokes the token and ends the server’s session', async ({
  app,
  provider,
  servers,
}) => {
  await app.open()
  await app.page.evaluate(async () => {
    const link = document.body.appendChild(document.createElement('a'))
    link.href = await window.auth.signInUrl()
    link.textContent = 'Sign in'
  })
  await app.page.getByRole('link', { name: 'Sign in' }).click()
  const person = new Person(app.page)
  await person.identify('Ada Lovelace')
  await person.allow()
  expect((await back(app, servers.appOrigin)).status).toBe('signed-in')

  const token = await refreshToken(app)
  expect(token).not.toBe('')
  await app.page.evaluate(() => void window.auth.signOut())
  await expect(person.heading('Sign out here, too?')).toBeVisible()
  expect(await present(provider, token)).toMatchObject({ status: 400, error: 'invalid_grant' })
  await person.button('Yes, sign out').click()
  expect(await back(app, servers.appOrigin)).toEqual({ status: 'signed-out' })
  expect(await app.dump()).not.toContain(token)
  await leave(app)
  await expect(person.heading('Sign in')).toBeVisible()
})

test.describe('with par', () => {
  test.use({ options: { par: true } })

  test('the request is pushed, and the URL shows none of it', async ({
    app,
    provider,
    requests,
  }) => {
    await app.open()
    const asked = authorizeRequest(app, provider)
    await signIn(app)
    const searchParams = await asked
    expect([...searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri'])
    expect(requests).toContain('POST /request')
  })
})

test('four tabs with ten calls each share one refresh at expiry', async ({
  app,
  apis,
  context,
  secondTab,
  requests,
}) => {
  await app.open()
  await signIn(app)
  const tabs = [app, ...(await Promise.all([secondTab(), secondTab(), secondTab()]))]
  const token = (await app.token()).value ?? ''
  requests.length = 0
  const sent: string[] = []
  context.on('request', (request) => {
    if (request.url() === apis.orders) sent.push(request.headers()['authorization'] ?? '')
  })
  // By the clock of the tabs the token has expired: it lives for a minute.
  await app.page.clock.setSystemTime(Date.now() + 61_000)
  const calls = tabs.map((tab) =>
    tab.page.evaluate(async (url) => {
      const answers = Array.from({ length: 10 }, () => window.auth.fetch(url))
      return (await Promise.all(answers)).map(({ status }) => status)
    }, apis.orders),
  )
  expect((await Promise.all(calls)).flat()).toEqual(Array.from({ length: 40 }, () => 200))
  expect(refreshes(requests)).toBe(1)
  const brought = sent.filter(Boolean)
  expect(brought).toHaveLength(40)
  expect(new Set(brought).size).toBe(1)
  expect(brought).not.toContain(`Bearer ${token}`)
  // No refresh token was presented twice: the grant still works.
  expect((await app.refresh()).value?.status).toBe('signed-in')
  for (const tab of tabs) expect((await tab.state()).status).toBe('signed-in')
})

test.describe('with two APIs', () => {
  test.use({
    options: async ({ apis }, use) =>
      use({
        resources: [
          { url: new URL('/', apis.orders).href, resource: audiences[0] },
          { url: new URL('/', apis.reports).href, resource: audiences[1] },
        ],
      }),
  })

  test('each API gets a token of its own', async ({ app, apis, requests }) => {
    await app.open()
    await signIn(app)
    requests.length = 0
    for (const [url, audience, other] of [
      [apis.orders, audiences[0], audiences[1]],
      [apis.reports, audiences[1], audiences[0]],
    ] as const) {
      expect((await app.fetch(url)).value?.status).toBe(200)
      const { aud } = claimsOf((await app.token({ url })).value ?? '')
      expect(aud).toContain(audience)
      expect(aud).not.toContain(other)
    }
    // The sign-in brought the first.
    expect(refreshes(requests)).toBe(1)
  })
})

test.describe('as a plain OAuth 2.0 server, with configured endpoints', () => {
  test.use({
    options: async ({ provider: { issuer } }, use) =>
      use({
        issuer: undefined,
        scope: 'profile offline_access',
        server: { authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token` },
      }),
  })

  test('sign-in and API calls need no discovery and no ID token', async ({
    app,
    apis,
    requests,
  }) => {
    await app.open()
    expect(await signIn(app)).toMatchObject({ user: {} })
    expect(requests.filter((request) => request.includes('.well-known'))).toEqual([])
    requests.length = 0
    expect((await app.fetch(apis.orders)).value?.status).toBe(200)
    expect((await app.refresh()).value?.status).toBe('signed-in')
    expect(requests).toEqual(['POST /token'])
  })
})
