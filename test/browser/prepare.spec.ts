import { expect, test, type Tab } from '../support/fixture.js'
import { callback } from '../support/sign-in-steps.js'

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

test('a callback connects to the server while the database is read', async ({ app, server }) => {
  await app.open()
  await app.page.goto(await callback(app, server))
  expect((await app.started()).status).toBe('signed-in')
  expect(await ahead(app)).toBe(`preconnect ${new URL(server.issuer).href} anonymous`)
})
