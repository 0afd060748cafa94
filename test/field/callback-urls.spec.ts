import { expect, test } from '../support/fixture.js'
import { arrive, callback, changed, hinted, shown } from '../support/sign-in-steps.js'

// Hosts add and drop slashes and `.html`, change the case, and put a language in front.
const places: [registered: string, arrived: string][] = [
  ['/callback', '/callback/'],
  ['/callback.html', '/callback'],
  ['/signed-in', '/Signed-In'],
  ['/', '/en/'],
  ['/app/', '/app/index.html'],
]

for (const [registered, arrived] of places)
  test.describe(`a callback registered as ${registered} that arrives at ${arrived}`, () => {
    test.use({ options: { redirectUri: registered } })

    test('is finished, and the address bar is clean', async ({ app, server }) => {
      await app.open()
      const href = new URL(await callback(app, server, { returnTo: '/deep' }))
      href.pathname = arrived
      expect(await arrive(app, href.href)).toBe('signed-in')
      expect(shown(app)).toBe('/deep')
      expect(server.requests('token').at(-1)?.params['redirect_uri']).toMatch(
        new RegExp(`${registered}$`),
      )
    })

    test('names the URL it came to if the server refuses', async ({ app, server }) => {
      await app.open()
      const href = new URL(await callback(app, server, { returnTo: '/deep' }))
      href.pathname = arrived
      server.fail('token', { status: 400, body: () => ({ error: 'invalid_grant' }) })
      expect(await arrive(app, href.href)).toBe('oauth_error')
      const hint = await hinted(app)
      expect(hint).toContain(`came to "${new URL(arrived, href).href}"`)
      expect(hint).toContain(`"${new URL(registered, href).href}" is registered`)
      expect(shown(app)).toBe('/deep')
    })

    test('is exchanged once', async ({ app, server }) => {
      await app.open()
      const href = new URL(await callback(app, server, { returnTo: '/deep' }))
      href.pathname = arrived
      const gone = changed(href.href, {
        state: href.searchParams.get('state')?.slice(0, 20) ?? '',
      })
      expect(await arrive(app, gone)).toBe('unknown_transaction')
      expect(app.page.url()).not.toContain('code=')
    })
  })

test.describe('without iss', () => {
  test.use({
    serverOptions: { metadata: { authorization_response_iss_parameter_supported: undefined } },
    options: { redirectUri: '/cb/one' },
  })

  test('T4: a code that arrives at another server’s redirect URI is refused', async ({
    app,
    server,
  }) => {
    await app.open()
    const href = new URL(await callback(app, server))
    href.pathname = '/cb/two'
    expect(await arrive(app, href.href)).toBe('config')
    expect(server.requests('token')).toEqual([])
    const again = new URL(await callback(app, server, { returnTo: '/deep' }))
    again.pathname = '/CB/One.html'
    expect(await arrive(app, again.href)).toBe('signed-in')
    expect(shown(app)).toBe('/deep')
  })
})

// The redirect URI's own parameters are not the server's answer.
for (const mode of ['query', 'fragment'])
  for (const query of ['state=open', 'code=7&iss=me', 'error=none&to=here'])
    test.describe(`a redirect URI with ?${query}, by the ${mode}`, () => {
      test.use({ options: { redirectUri: `/cb?${query}`, params: { response_mode: mode } } })

      test('is finished', async ({ app, server, servers, appOptions }) => {
        await app.open('/start')
        const plain = await callback(app, server)
        const own = new URL(appOptions.redirectUri, servers.appOrigin)
        const sent = new URL(plain)
        // Servers append, whatever is there already.
        if (mode === 'query')
          for (const name of ['code', 'state', 'iss']) {
            const value = sent.searchParams.get(name)
            if (value !== null) own.searchParams.append(name, value)
          }
        else own.hash = sent.hash
        expect(await arrive(app, own.href)).toBe('signed-in')
        expect(shown(app)).toBe('/start')
      })
    })
