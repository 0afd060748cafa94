import { saying } from '../support/session.js'
import { backendCalls, expect, test } from '../support/with-backend.js'

// The page half of a backend, in front of the real one: `createAuth` of `pixy-auth/with-backend`.

test('the user signs in, and the page comes back to where it was', async ({ app }) => {
  expect(await app.open('/deep?page=2#part')).toEqual({ status: 'signed-out' })
  const state = await app.signIn()
  expect(state).toMatchObject({ status: 'signed-in', user: { sub: 'user-1' } })
  expect(new URL(app.page.url()).href).toContain('/deep?page=2#part')
})

test('the options of a sign-in reach the server', async ({ app, world }) => {
  await app.open('/')
  await app.signIn({
    returnTo: '/deep',
    prompt: 'login',
    maxAge: 60,
    acrValues: 'strong',
    loginHint: 'ada@example.com',
    uiLocales: 'fr',
    scope: 'openid extra',
    params: { brand: 'blue' },
    authorizationDetails: [{ type: 'account' }],
  })
  expect(world.server.requests('authorize')[0]?.params).toMatchObject({
    prompt: 'login',
    max_age: '60',
    acr_values: 'strong',
    login_hint: 'ada@example.com',
    ui_locales: 'fr',
    scope: 'openid extra',
    brand: 'blue',
    authorization_details: '[{"type":"account"}]',
  })
  expect(new URL(app.page.url()).pathname).toBe('/deep')
})

test('prepare() asks nothing of the backend, and the click leads there', async ({ app, world }) => {
  await app.open('/')
  const calls = backendCalls(app, world)
  await app.page.evaluate(() => window.auth.prepare({ loginHint: 'ada@example.com' }))
  expect(calls).toEqual([])
  expect(world.server.requests('authorize')).toEqual([])
  expect((await app.signIn({ loginHint: 'ada@example.com' })).status).toBe('signed-in')
})

test('the reason of a failed sign-in is shown once', async ({ app, world }) => {
  await app.open('/')
  world.server.consent = { error: 'access_denied', errorDescription: 'No.' }
  await app.leave()
  await app.started()
  expect(await saying(app)).toBe('signed-out access_denied')
  expect((await app.attempt(() => window.auth.require())).error?.code).toBe('not_signed_in')
  expect(await app.reload()).toEqual({ status: 'signed-out' })
})

test('a page that signs in on load makes no loop', async ({ app, world }) => {
  world.server.consent = { error: 'access_denied' }
  await app.page.addInitScript(() => {
    // What a test evaluates in a page counts as a gesture of the user.
    Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } })
    addEventListener('DOMContentLoaded', () => {
      const told = (error: { code: string }): void => void (document.title = error.code)
      void window.auth.start().then(() => window.auth.signIn().catch(told))
    })
  })
  await app.page.goto('/')
  await expect(app.page).toHaveTitle('access_denied')
  expect(world.server.requests('authorize')).toHaveLength(1)
})

test('a guard signs in, and then lets the user in', async ({ app }) => {
  await app.open('/guarded')
  await app.page.evaluate(() => void window.auth.require())
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  expect(new URL(app.page.url()).pathname).toBe('/guarded')
  expect((await app.attempt(async () => (await window.auth.require()).status)).value).toBe(
    'signed-in',
  )
})

test('a link signs in', async ({ app }) => {
  await app.open('/')
  const { value = '' } = await app.attempt(() => window.auth.signInUrl({ returnTo: '/linked' }))
  await app.page.evaluate((href) => location.assign(href), value)
  await app.page.waitForURL('**/linked')
  expect((await app.started()).status).toBe('signed-in')
})

test('the user signs out here, at the backend and at the server', async ({ app, api, world }) => {
  await app.open('/')
  await app.signIn()
  const calls = backendCalls(app, world)
  const back = app.page.waitForEvent('load')
  await app.page.evaluate(() => {
    void window.auth.signOut()
  })
  await back
  await app.page.waitForURL(`${world.app}/`)
  expect((await app.started()).status).toBe('signed-out')
  expect(calls[0]).toBe('POST sign-out')
  expect(world.server.requests('end_session')).toHaveLength(1)
  expect(world.server.requests('revocation')).toHaveLength(1)
  for (const path of ['orders/1', 'rest/1'])
    expect((await app.fetch(`${api.origin}/${path}`)).error?.code).toBe('not_signed_in')
})

test('a sign-out that did not reach the backend is sent again', async ({ app, world }) => {
  await app.open('/')
  await app.signIn()
  await app.page.route('**/auth/sign-out', (route) => route.abort())
  await app.signOut()
  expect((await app.state()).status).toBe('signed-out')
  await app.page.unroute('**/auth/sign-out')
  const calls = backendCalls(app, world)
  expect((await app.reload()).status).toBe('signed-out')
  expect(calls).toEqual(['GET session', 'POST sign-out'])
  await app.signIn()
  expect((await app.reload()).status).toBe('signed-in')
})

test('userInfo() asks for the user again, and refresh() renews the session', async ({
  app,
  api,
  world,
}) => {
  world.server.options.claims = { sub: 'user-1', name: 'Ada' }
  await app.open('/')
  await app.signIn()
  expect(await app.attempt(() => window.auth.userInfo())).toMatchObject({ value: { name: 'Ada' } })
  expect(await app.state()).toMatchObject({ user: { name: 'Ada' } })
  const url = `${api.origin}/rest/`
  const { value: before } = await app.token({ url })
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect((await app.token({ url })).value).not.toBe(before)
  expect((await app.token({ url: '/' })).error?.code).toBe('url_not_allowed')
})

test('a session that the server has ended ends with session_ended', async ({ app, api, world }) => {
  await app.open('/')
  await app.signIn()
  world.server.revokeGrants()
  expect((await app.fetch(`${api.origin}/orders/1`)).value?.status).toBe(401)
  expect((await app.refresh()).error?.code).toBe('session_ended')
  expect(await saying(app)).toBe('signed-out session_ended')
})

test('a web page at the path of the backend is no session, and is named', async ({
  app,
  world,
}) => {
  await app.page.route('**/auth/session', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<title>app</title>' }),
  )
  await app.open('/')
  expect(await saying(app)).toBe('signed-out invalid_response')
  const hint = await app.page.evaluate(() => JSON.stringify(window.auth.state))
  expect(hint).toContain('No backend of pixy-auth answers at /auth.')
  await app.page.unroute('**/auth/session')
  await app.reload()
  await app.signIn()
  await app.page.route('**/auth/session', (route) => route.fulfill({ status: 502 }))
  await app.reload()
  expect(await saying(app)).toBe('signed-in server_error')
  expect(world.server.requests('authorize')).toHaveLength(1)
})
