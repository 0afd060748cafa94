import { expect, test } from '../support/fixture.js'
import { said } from '../support/sign-in-steps.js'

// Servers compare what is registered as text. RFC 9700 §4.1.
const spellings: [name: string, spell: (origin: string) => string][] = [
  ['an origin without a slash', (origin) => origin],
  ['an upper-case scheme and host', (origin) => `${origin.toUpperCase()}/`],
  ['dot segments', (origin) => `${origin}/a/../b/./c`],
  ['characters that a URL need not escape', (origin) => `${origin}/cb?to=ü|{a}`],
]

for (const [name, spell] of spellings)
  test.describe(`with registered URIs of ${name}`, () => {
    test.use({
      options: async ({ servers }, use) => {
        const uri = spell(servers.appOrigin)
        await use({ redirectUri: uri, postLogoutRedirectUri: uri })
      },
      serverOptions: async ({ servers }, use) => {
        const uris = [spell(servers.appOrigin)]
        await use({ redirectUris: uris, postLogoutRedirectUris: uris })
      },
    })

    test('a sign-in and a sign-out send the URI as the option spells it', async ({
      app,
      server,
      servers,
    }) => {
      await app.open('/start')
      await app.signIn()
      expect(new URL(app.page.url()).pathname).toBe('/start')
      const back = app.page.waitForEvent('load')
      await app.page.evaluate(() => void window.auth.signOut())
      await back
      expect(await said(app)).toBe('signed-out')
      const uri = spell(servers.appOrigin)
      const [authorize, token, end] = (['authorize', 'token', 'end_session'] as const).map(
        (endpoint) => server.requests(endpoint)[0]?.params,
      )
      expect(authorize?.['redirect_uri']).toBe(uri)
      expect(token?.['redirect_uri']).toBe(uri)
      expect(end?.['post_logout_redirect_uri']).toBe(uri)
      expect(new URL(app.page.url()).pathname).toBe(new URL(uri).pathname)
    })
  })

test.describe('with two clients whose redirect URI is one page in two spellings', () => {
  test.use({
    mode: 'manual',
    serverOptions: { metadata: { authorization_response_iss_parameter_supported: undefined } },
  })

  test('the second issuer is refused', async ({ app, servers, server, appOptions }) => {
    const other = servers.newServer({ metadata: server.options.metadata ?? {} })
    await app.page.goto('/')
    const { error } = await app.attempt(
      async ([first, second]) => {
        await window.Pixy.createAuth(first).signInUrl()
        return window.Pixy.createAuth(second).signInUrl()
      },
      [
        { ...appOptions, redirectUri: servers.appOrigin },
        { ...appOptions, issuer: other.issuer, redirectUri: '/' },
      ] as const,
    )
    expect(error?.code).toBe('config')
  })
})
