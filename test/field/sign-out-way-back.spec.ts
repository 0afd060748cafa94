import { expect, test } from '../support/fixture.js'
import { said, shown } from '../support/sign-in-steps.js'

test('a sign-out without postLogoutRedirectUri ends at the redirect URI', async ({
  app,
  server,
  appOptions,
}) => {
  await app.open('/private')
  await app.signIn()
  const redirectUri = new URL(appOptions.redirectUri, app.page.url()).href
  const back = app.page.waitForURL(redirectUri)
  await app.page.evaluate(() => void window.auth.signOut())
  await back
  expect(await said(app)).toBe('signed-out')
  expect(shown(app)).toBe('/')
  expect(server.requests('end_session')[0]?.params).toMatchObject({
    post_logout_redirect_uri: redirectUri,
  })
})

test.describe('with an empty postLogoutRedirectUri', () => {
  test.use({ options: { postLogoutRedirectUri: '' } })

  test('the server shows its own page', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    const away = app.page.waitForURL(`${server.issuer}/end_session**`)
    await app.page.evaluate(() => void window.auth.signOut())
    await away
    const { params } = server.requests('end_session')[0] ?? {}
    expect(params).not.toHaveProperty('post_logout_redirect_uri')
  })
})
