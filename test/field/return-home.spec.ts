import { expect, test, type Fixtures, type WorkerFixtures } from '../support/fixture.js'
import { place, settled, signInByButton } from '../support/framework.js'
import { callback, said, shown } from '../support/sign-in-steps.js'

declare global {
  interface Window {
    /** The events of the history that this page has heard. */
    heard: string[]
  }
}

/** The app is at a page of its own, whose script runs before the client is made. */
const at =
  (script: string) =>
  async ({ servers }: WorkerFixtures, use: (options: Fixtures['options']) => Promise<void>) => {
    const html = (path: string): string =>
      `<body><script type="module" src="${path}.js"></script><script type="module" src="/main.js"></script>`
    await use({ redirectUri: servers.newPage(html, { script: () => script }) })
  }

test.describe('with a router that keeps its pages in the fragment', () => {
  test.use({
    options: at(`
      const show = () => (document.body.dataset.view = location.hash)
      addEventListener('hashchange', show)
      show()`),
  })

  test('the page of the sign-in is shown', async ({ app, appOptions }) => {
    const here = `${appOptions.redirectUri}#/cart/7?a=1`
    await app.open(here)
    await app.signIn()
    expect(shown(app)).toBe(here)
    await expect(app.page.locator('body')).toHaveAttribute('data-view', '#/cart/7?a=1')
  })
})

test('the page gets the events of a navigation within the document', async ({ app, server }) => {
  await app.page.addInitScript(() => {
    window.heard = []
    addEventListener('popstate', () => window.heard.push('popstate'))
    addEventListener('hashchange', ({ oldURL, newURL }) => {
      const [from, to] = [oldURL, newURL].map((url) => new URL(url).hash)
      window.heard.push(`hashchange from ${from} to ${to}`)
    })
  })
  await app.open()
  for (const [returnTo, events] of [
    ['/', []],
    ['/other', ['popstate']],
    ['/#part', ['popstate', 'hashchange from  to #part']],
    ['/other#part', ['popstate', 'hashchange from  to #part']],
  ] as const)
    await test.step(returnTo, async () => {
      await app.page.goto(await callback(app, server, { returnTo }))
      expect(await said(app)).toBe('signed-in')
      expect(await app.page.evaluate(() => window.heard)).toEqual(events)
      await app.signOut({ local: true })
    })
})

test.describe('with a router whose first page is still loading', () => {
  test.use({ options: { redirectUri: '/vue/lazy' } })

  test('the page of the sign-in is shown', async ({ app }) => {
    await app.page.goto('/vue/lazy/inside?tab=2#part')
    await signInByButton(app)
    expect(await app.page.evaluate(() => window.places)).toEqual([])
    await app.page.evaluate(() => window.showFirst())
    await expect(place(app)).toHaveText('/vue/lazy/inside?tab=2#part')
    await settled(app, 'Hello user-1')
    expect(shown(app)).toBe('/vue/lazy/inside?tab=2#part')
  })

  test('a page that the user goes to meanwhile stays', async ({ app }) => {
    await app.page.goto('/vue/lazy/inside')
    await signInByButton(app)
    await app.page.evaluate(() => window.showFirst())
    await expect(place(app)).toHaveText('/vue/lazy/inside')
    await app.page.clock.install()
    await app.page.getByRole('link', { name: 'first' }).click()
    await expect(place(app)).toHaveText('/vue/lazy')
    await app.page.clock.runFor(1000)
    await expect(place(app)).toHaveText('/vue/lazy')
  })
})

for (const name of ['sveltekit:history', '__N', '__NA'])
  test.describe(`with a router that keeps its page in history.state (${name})`, () => {
    const script = `
      history.replaceState({ '${name}': 1 }, '')
      document.body.dataset.view = 'first'`
    test.use({ options: at(script) })

    test('the page of the sign-in is loaded', async ({ app, server, appOptions }) => {
      await app.open(appOptions.redirectUri)
      await app.page.goto(await callback(app, server, { returnTo: '/other' }))
      await app.page.waitForURL('/other')
      await expect(app.page.locator('body')).not.toHaveAttribute('data-view')
      expect(await said(app)).toBe('signed-in')
      expect(server.requests('token')).toHaveLength(1)
    })

    test('the error of a failed sign-in stays on the page', async ({ app, server, appOptions }) => {
      server.consent = { error: 'access_denied' }
      await app.open(appOptions.redirectUri)
      await app.page.goto(await callback(app, server, { returnTo: '/other' }))
      expect(await said(app)).toBe('access_denied')
      expect(shown(app)).toBe('/other')
    })
  })

test.describe('with a session in memory', () => {
  const script = `history.replaceState({ 'sveltekit:history': 1 }, '')`
  test.use({
    options: async ({ servers }, use) =>
      at(script)({ servers }, (options) => use({ ...options, store: 'memory' })),
  })

  test('no page is loaded', async ({ app, appOptions }) => {
    await app.open(appOptions.redirectUri)
    await app.signIn({ returnTo: '/other' })
    expect(shown(app)).toBe('/other')
    expect((await app.state()).status).toBe('signed-in')
  })
})
