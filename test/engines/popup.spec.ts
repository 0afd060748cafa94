import type { SignInOptions } from '../../src/index.js'
import { expect, test, type App } from './app.js'
import type { WebKit } from './session.js'

test.afterEach(({ servers }) => void (servers.coop = 'same-origin'))

/** Put a button on the page that signs in by a popup: the title says how that ends. */
const button = ({ webkit }: App, options: SignInOptions = {}): Promise<void> =>
  webkit.evaluate((given) => {
    document.title = 'pending'
    // Without a window manager no window takes the focus from the one that has it.
    document.hasFocus = () => false
    const one = document.body.appendChild(document.createElement('button'))
    one.textContent = 'Sign in'
    one.onclick = () =>
      void window.auth.signIn({ via: 'popup', ...given }).then(
        ({ status }) => (document.title = status),
        ({ code }) => (document.title = code),
      )
  }, options)

/** Wait until the sign-in by popup has ended like this. */
async function ends({ webkit }: App, outcome: string): Promise<void> {
  await webkit.waitFor(() => document.title !== 'pending')
  expect(await webkit.evaluate(() => document.title)).toBe(outcome)
}

/** Click on the button, and switch to the popup once it is at the server. */
async function click({ webkit }: App, place: string): Promise<void> {
  const before = await webkit.tabs()
  await webkit.click('button')
  const opened = async (): Promise<string[]> =>
    (await webkit.tabs()).filter((tab) => !before.includes(tab))
  await expect.poll(opened).toHaveLength(1)
  await webkit.switchTo((await opened())[0] ?? '')
  await webkit.waitFor((start) => location.href.startsWith(start), place)
}

/** Go on in the popup as its own page does: the driver would wait for a page that closes. */
const go = (webkit: WebKit, url: string): Promise<void> =>
  webkit.evaluate((place) => void setTimeout(() => location.assign(place)), url)

for (const coop of ['', 'same-origin'])
  for (const other of ['', 'same-origin'])
    test(`a click opens a popup that signs in; opener policy “${coop}”, “${other}”`, async ({
      app,
      api,
      server,
      servers,
      webkit,
    }) => {
      servers.coop = coop
      const headers = { 'cross-origin-opener-policy': other }
      if (other) server.fail('authorize', { headers }, Infinity)
      server.consent = { page: 'Sign in' }
      await app.open('/desk?a=1#b')
      const home = await webkit.tab()
      await button(app)
      await click(app, server.issuer)
      expect(await webkit.evaluate(() => window.opener === null)).toBe(true)
      server.consent = {}
      await go(webkit, server.requests('authorize')[0]?.url ?? '')
      await webkit.switchTo(home)
      await ends(app, 'signed-in')
      await expect.poll(() => webkit.tabs()).toEqual([home])
      expect(await webkit.url()).toMatch(/\/desk\?a=1#b$/)
      expect(await app.fetch(`${api.url}me`)).toEqual([200])
      expect(server.requests('token')).toHaveLength(1)
    })

test('the static page takes the answer to the page that opened the popup', async ({
  app,
  server,
  webkit,
}) => {
  await app.open('/', { options: { popupRedirectUri: '/callback.html' } })
  const home = await webkit.tab()
  await button(app)
  await webkit.click('button')
  await ends(app, 'signed-in')
  await expect.poll(() => webkit.tabs()).toEqual([home])
  const [request] = server.requests('authorize')
  expect(request?.params['redirect_uri']).toMatch(/\/callback\.html$/)
})

test('without a click the browser blocks the popup, and a click opens it', async ({
  app,
  server,
  webkit,
}) => {
  await app.open()
  await button(app)
  await webkit.evaluate(() => document.querySelector('button')?.click())
  await ends(app, 'popup_blocked')
  expect(server.requests('authorize')).toEqual([])
  await webkit.evaluate(() => (document.title = 'pending'))
  await webkit.click('button')
  await ends(app, 'signed-in')
})

test('a popup that the user closes ends the sign-in', async ({ app, server, servers, webkit }) => {
  servers.coop = ''
  server.consent = { page: 'Sign in' }
  await app.open()
  const home = await webkit.tab()
  await button(app)
  await click(app, server.issuer)
  await webkit.closeTab()
  await webkit.switchTo(home)
  await webkit.evaluate(() => void (document.hasFocus = () => true))
  await ends(app, 'popup_closed')
  expect((await app.started()).status).toBe('signed-out')
})
