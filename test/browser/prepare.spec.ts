import type { Locator } from '@playwright/test'
import type { Consent, MockServer } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { callback, endpoints, shown, type Leg } from '../support/sign-in-steps.js'

/** The page is never idle, and notes which servers it connects to ahead. */
function watch(): void {
  window.requestIdleCallback = () => 0
  const append = HTMLHeadElement.prototype.append
  HTMLHeadElement.prototype.append = function (...nodes) {
    for (const node of nodes)
      if (node instanceof HTMLLinkElement) {
        const { rel, href, crossOrigin } = node
        document.documentElement.dataset['ahead'] = [rel, href, crossOrigin].join(' ')
      }
    append.apply(this, nodes)
  }
}

const ahead = ({ page }: Tab): Promise<string | undefined> =>
  page.evaluate(() => document.documentElement.dataset['ahead'])

test.beforeEach(({ app }) => app.page.addInitScript(watch))

test('prepare() asks for the metadata and connects, before the click', async ({ app, server }) => {
  await app.open()
  expect(server.ledger).toEqual([])
  await app.page.evaluate(() => window.auth.prepare())
  expect(await ahead(app)).toBe(`preconnect ${server.issuer}/authorize `)
  expect(await app.page.locator('head link[rel=preconnect]').count()).toBe(0)
  const documents = server.requests('openid-configuration').length
  expect(documents).toBe(1)
  await app.signIn()
  expect(server.requests('openid-configuration')).toHaveLength(documents)
})

test('prepare() that fails is no error, and the sign-in works', async ({ app, server }) => {
  await app.open()
  server.fail('openid-configuration', { status: 500 }, 1)
  await app.page.evaluate(() => window.auth.prepare())
  expect(await app.state()).toEqual({ status: 'signed-out' })
  await app.signIn()
})

/** A button as an app has it. */
async function addButton({ page }: Tab): Promise<Locator> {
  await page.evaluate(() => {
    const button = document.body.appendChild(document.createElement('button'))
    const { prepare, signIn } = window.auth
    for (const sign of ['pointerenter', 'focus', 'pointerdown', 'keydown'])
      button.addEventListener(sign, prepare)
    button.addEventListener('click', signIn)
  })
  return page.locator('button')
}

test.describe('a pushed request', () => {
  test.use({ options: { par: true } })

  const pushes = (server: MockServer): number => server.requests('par').length

  /** Sign in, and wait until the app is back. */
  const signIn = async (app: Tab, server: MockServer, options: Leg = {}): Promise<void> => {
    const count = server.requests('token').length
    await app.page.evaluate((given) => void window.auth.signIn(given), options)
    await expect.poll(() => server.requests('token')).toHaveLength(count + 1)
    await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  }

  test('is pushed as the pointer goes down, and the click leaves at once', async ({
    app,
    server,
  }) => {
    await app.open('/deep')
    const button = await addButton(app)
    await button.hover()
    await app.page.waitForFunction(() => document.documentElement.dataset['ahead'])
    expect(pushes(server)).toBe(0)
    await app.page.mouse.down()
    await expect.poll(() => pushes(server)).toBe(1)
    // The same again, while the first is good.
    await app.page.evaluate(() => window.auth.prepare({}))
    const before = server.ledger.length
    await app.page.mouse.up()
    await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
    expect(endpoints(server.ledger.slice(before))).toEqual(['authorize', 'token'])
    expect(shown(app)).toBe('/deep')
  })

  test('is pushed as Enter is pressed, and not for another key or button', async ({
    app,
    server,
  }) => {
    await app.open()
    const button = await addButton(app)
    await app.page.focus('button')
    await app.page.keyboard.press('Shift')
    await button.hover()
    await app.page.mouse.down({ button: 'right' })
    await app.page.mouse.up({ button: 'right' })
    // What came before would have been pushed before this.
    await app.page.evaluate(() => window.auth.prepare({ uiLocales: 'fr' }))
    expect(server.requests('par').map(({ params }) => params['ui_locales'])).toEqual(['fr'])
    await app.page.keyboard.press('Enter')
    await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
    expect(pushes(server)).toBe(2)
  })

  for (const [what, options, between, given = options] of [
    ['other options', {}, () => {}, { uiLocales: 'fr' }],
    ['another address of the page', {}, () => history.pushState(null, '', '/other'), {}],
    [
      'ten seconds later',
      {},
      () => {
        const { now } = Date
        Date.now = () => now() + 10_000
      },
    ],
    ['it would be for a popup', { via: 'popup' }, () => {}, {}],
  ] as const satisfies readonly (readonly [string, Leg, () => void, Leg?])[])
    test(`is not used: ${what}`, async ({ app, server }) => {
      await app.open('/deep')
      await app.page.evaluate((ahead) => window.auth.prepare(ahead), options)
      const before = pushes(server)
      expect(before).toBe('via' in options ? 0 : 1)
      await app.page.evaluate(between)
      const place = shown(app)
      await signIn(app, server, given)
      expect(pushes(server)).toBe(before + 1)
      expect(shown(app)).toBe(place)
    })

  test('is not used once the user has signed out', async ({ app, server }) => {
    await app.open()
    await signIn(app, server)
    await app.page.evaluate(() => window.auth.prepare({ prompt: 'login' }))
    expect(pushes(server)).toBe(2)
    await app.signOut({ local: true })
    await signIn(app, server, { prompt: 'login' })
    expect(pushes(server)).toBe(3)
  })

  test('is not used once another tab has signed in', async ({ app, secondTab, server }) => {
    await app.open()
    await app.page.evaluate(() => window.auth.prepare({}))
    const other = await secondTab()
    await signIn(other, server)
    await app.becomes('signed-in')
    const before = pushes(server)
    await signIn(app, server)
    expect(pushes(server)).toBe(before + 1)
  })

  test('that failed is pushed by the click', async ({ app, server }) => {
    await app.open()
    server.fail('par', { status: 500 }, 1)
    await app.page.evaluate(() => window.auth.prepare({}))
    expect(await app.state()).toEqual({ status: 'signed-out' })
    const before = pushes(server)
    await signIn(app, server)
    expect(pushes(server)).toBe(before + 1)
  })

  test('that was never used leaves nothing behind', async ({ app }) => {
    await app.open()
    await app.page.evaluate(() => window.auth.prepare())
    const before = await app.dump()
    await app.page.evaluate(() => window.auth.prepare({}))
    expect(await app.dump()).toBe(before)
  })

  test('that has expired is pushed once more', async ({ app, server }) => {
    await app.open('/deep')
    await app.page.evaluate(() => window.auth.prepare({ loginHint: 'ada' }))
    const answers: Consent[] = [{ error: 'invalid_request_uri' }, {}]
    server.consent = () => answers.shift() ?? {}
    await signIn(app, server, { loginHint: 'ada' })
    const pushed = server.requests('par').map(({ params }) => params['login_hint'])
    expect(pushed).toEqual(['ada', 'ada'])
    expect(shown(app)).toBe('/deep')
  })
})

test('a callback connects to the server while the database is read', async ({ app, server }) => {
  await app.open()
  await app.page.goto(await callback(app, server))
  expect((await app.started()).status).toBe('signed-in')
  expect(await ahead(app)).toBe(`preconnect ${new URL(server.issuer).href} anonymous`)
})
