import { expect, test, type Tab } from '../support/fixture.js'
import { callback } from '../support/sign-in-steps.js'

// A router that was made before start() has seen the code, and writes it back.
test.use({
  options: { redirectUri: '/vue/plugin' },
  planted: { history: 'The router of this page keeps the URL that it has read.' },
})

/** What the address bar, the entry's state, and every entry that the browser shows hold. */
function written({ page }: Tab): Promise<string> {
  return page.evaluate(() => {
    const { navigation } = window as { navigation?: { entries(): { url: string | null }[] } }
    const entries = navigation?.entries().map(({ url }) => url)
    return JSON.stringify([location.href, history.state, entries])
  })
}

for (const mode of ['query', 'fragment'])
  test.describe(`by the ${mode}`, () => {
    test.use({ options: { redirectUri: '/vue/plugin', params: { response_mode: mode } } })

    test('a router that is made before the client keeps no code', async ({ app, server }) => {
      await app.page.goto('/vue/plugin')
      await app.page.waitForFunction(() => window.auth?.state.status === 'signed-out')
      const href = await callback(app, server, { returnTo: '/vue/plugin/inside?a=1' })
      const { search, hash } = new URL(href)
      const answer = new URLSearchParams(mode === 'query' ? search : hash.slice(1))
      const clean = async (): Promise<void> => {
        const text = await written(app)
        for (const name of ['code', 'state']) expect(text).not.toContain(answer.get(name))
      }
      await app.page.goto('/')
      await app.page.goto(href)
      await app.page.waitForFunction(() => window.places?.at(-1) === '/vue/plugin/inside?a=1')
      expect(await app.state()).toMatchObject({ status: 'signed-in' })
      await clean()
      // The router remembers where it was, and writes it into the next entries.
      await app.page.getByText('further').click()
      await app.page.waitForFunction(() => window.places?.at(-1) === '/vue/plugin/further')
      await clean()
      await app.page.evaluate(() => history.back())
      await app.page.waitForFunction(() => window.places?.at(-1) !== '/vue/plugin/further')
      await clean()
    })
  })

test.describe('in a page without a router', () => {
  test.use({ mode: 'manual', options: { redirectUri: '/' } })

  test('the client removes the code that is written back, and nothing else', async ({
    app,
    server,
  }) => {
    await app.page.goto('/')
    const make = (): Promise<void> =>
      app.page.evaluate(() => void (window.auth = window.Pixy.createAuth(window.options)))
    await make()
    const href = await callback(app, server)
    await app.page.goto(href)
    const { pathname, search } = new URL(href)
    await app.page.evaluate((url) => history.replaceState({ current: url, n: 1 }, '', url), href)
    await make()
    await app.started()
    const [code, state] = ['code', 'state'].map((name) => new URL(href).searchParams.get(name))
    expect(await app.page.evaluate(() => history.state as unknown)).toEqual({
      current: app.page.url(),
      n: 1,
    })
    const seen = await app.page.evaluate(
      ([given, own]) => {
        const found: unknown[] = []
        const at = 5
        for (const [data, url] of [
          [{ back: given, query: { code: own[0], state: own[1] }, at, list: [given] }, given],
          [{ code: 'other' }, '/?code=other&state=mine#x'],
          [null, undefined],
          [{ redirect: `/login?to=${encodeURIComponent(given)}` }, `${given}#/route`],
        ] as const) {
          history.pushState(data, '', url)
          found.push([history.state, location.href.slice(origin.length)])
        }
        const loop: Record<string, unknown> = {}
        loop['self'] = loop
        history.replaceState(loop, '')
        return [...found, history.state?.self === history.state]
      },
      [pathname + search, [code, state]] as const,
    )
    expect(seen).toEqual([
      [{ back: '/', query: { code: '', state: '' }, at: 5, list: ['/'] }, '/'],
      [{ code: 'other' }, '/?code=other&state=mine#x'],
      [null, '/?code=other&state=mine#x'],
      [{ redirect: '/login' }, '/#/route'],
      true,
    ])
  })

  test('an older history entry with the code is cleaned when it is shown', async ({
    app,
    server,
  }) => {
    await app.page.goto('/')
    const make = (): Promise<void> =>
      app.page.evaluate(() => void (window.auth = window.Pixy.createAuth(window.options)))
    await make()
    const href = await callback(app, server)
    await app.page.goto(href)
    await app.page.evaluate(() => {
      // Older browsers have none.
      Object.defineProperty(window, 'navigation', { value: undefined })
      history.pushState(null, '', '/login')
    })
    await make()
    expect(await app.started()).toMatchObject({ status: 'signed-in' })
    const seen = await app.page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('popstate', () => resolve(location.href.slice(origin.length)))
          history.back()
        }),
    )
    expect(seen).toBe('/')
  })
})
