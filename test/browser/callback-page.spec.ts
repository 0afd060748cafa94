import { expect, test } from '../support/fixture.js'
import { button, click, closes, ends } from '../support/popup.js'

test.use({ options: { popupRedirectUri: '/callback.html' } })

test('a popup comes back to a static page', async ({ app, server, servers }) => {
  const page = `${servers.appOrigin}/callback.html`
  // Then the popup has to go to the server twice.
  server.options.consentForOffline = true
  await app.open()
  await button(app)
  await closes(await click(app))
  await ends(app, 'signed-in')
  const uris = server.requests('authorize').map(({ params }) => params['redirect_uri'])
  expect(uris).toEqual([page, page])
})

test.describe('with an upper-case scheme and host', () => {
  const spell = (origin: string): string => `${origin.toUpperCase()}/callback.html`
  test.use({
    options: async ({ servers }, use) => use({ popupRedirectUri: spell(servers.appOrigin) }),
    serverOptions: async ({ servers }, use) => use({ redirectUris: [spell(servers.appOrigin)] }),
  })

  test('the popup comes back, and the server gets the spelling of the option', async ({
    app,
    server,
    servers,
  }) => {
    await app.open()
    await button(app)
    await closes(await click(app))
    await ends(app, 'signed-in')
    const sent = [...server.requests('authorize'), ...server.requests('token')]
    const uris = sent.map(({ params }) => params['redirect_uri'])
    expect(uris).toEqual([spell(servers.appOrigin), spell(servers.appOrigin)])
  })
})
