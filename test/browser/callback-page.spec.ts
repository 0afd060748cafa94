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
