import { expect, test } from '../support/fixture.js'
import { codeOf, hinted, said } from '../support/sign-in-steps.js'

test.describe('with an issuer whose path is wrong', () => {
  test.use({
    options: async ({ server }, use) => use({ issuer: `${server.issuer}/wrong` }),
  })

  test('the error names the path beside CORS', async ({ app, server }) => {
    await app.open()
    const { error } = await app.attempt(() => window.auth.signIn())
    expect(server.ledger.map(({ endpoint }) => endpoint)).toContain('unknown')
    expect(error?.code).toBe('cors')
    expect(error?.hint).toContain('Check the path of `issuer`')
    expect(error?.hint).toContain(`${server.issuer}/wrong/.well-known/openid-configuration`)
  })
})

test('an error of the server without CORS headers is named beside CORS', async ({
  app,
  server,
}) => {
  server.fail('token', { status: 400, handled: false, cors: false }, Infinity)
  await app.open()
  await app.leave()
  expect(await said(app)).toBe('cors')
  expect(await hinted(app)).toContain('an error that the server sends without CORS headers')
})

test('a call with an option that it does not have is refused by its name', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  const asked = server.requests('authorize').length
  const refused = async (call: Promise<{ error?: { message: string } }>): Promise<unknown> =>
    (await call).error?.message
  const refusal = (name: string): string =>
    `This app is set up incorrectly. ${name}: no such option.`

  await test.step('signIn, signInUrl', async () => {
    const signIn = app.attempt(() => window.auth.signIn({ login_hint: 'ada' } as never))
    expect(await refused(signIn)).toBe(refusal('login_hint'))
    const link = app.attempt(() => window.auth.signInUrl({ toString: 'ada' } as never))
    expect(await refused(link)).toBe(refusal('toString'))
    expect(server.requests('authorize')).toHaveLength(asked)
  })
  await test.step('getAccessToken', async () => {
    expect(await refused(app.token({ audience: 'api' } as never))).toBe(refusal('audience'))
    expect(codeOf(await app.token({ minTtl: 1 }))).toBeUndefined()
  })
  await test.step('signOut: the session is gone all the same', async () => {
    const signOut = app.signOut({ returnTo: '/bye' } as never)
    expect(await refused(signOut)).toBe(refusal('returnTo'))
    expect(await said(app)).toBe('signed-out')
    expect(server.requests('revocation')).toHaveLength(1)
    expect(await app.reload()).toEqual({ status: 'signed-out' })
  })
})

test('an option that is spelled wrong is named on the console with the right name', async ({
  page,
  servers,
}) => {
  const path = servers.newPage(
    () => `<script src="/pixy-auth.global.js"></script>
      <script type="module">
        Pixy.createAuth({ issuer: 'https://id.example', clientId: 'app', redirect_uri: '/' })
        document.body.textContent = 'The app'
      </script>`,
    { lax: true },
  )
  const thrown = page.waitForEvent('pageerror')
  await page.goto(path)
  expect(`${await thrown}`).toMatch(
    /^AuthError: This app is set up incorrectly\. redirect_uri: no such option\. There are: .*\bredirectUri\b/,
  )
  await expect(page.locator('body')).not.toContainText('The app')
})

test.describe('with a pushed request that the server refuses', () => {
  test.use({ options: { par: true } })

  test('the hint has the description of the server', async ({ app, server }) => {
    const error_description = 'The redirect URI is not registered.'
    const body = JSON.stringify({ error: 'invalid_request', error_description })
    server.fail('par', { status: 400, handled: false, body })
    await app.open()
    const { error } = await app.attempt(() => window.auth.signIn())
    expect(error?.hint).toBe(`It said "invalid_request: ${error_description}".`)
  })
})
