import type { BrowserContext, Page } from '@playwright/test'
import type { SignInOptions } from '../../src/index.js'
import { expect, Tab, test } from '../support/fixture.js'
import { missingFile } from '../support/missing-file.js'
import { said, shown } from '../support/sign-in-steps.js'

// `signInLink()` on a link of the page's own, without a framework.

declare global {
  interface Window {
    undo: () => void
  }
}

/** Put a link into the page, and make it sign in. */
const link = ({ page }: Tab, options: SignInOptions = {}): Promise<void> =>
  page.evaluate((given) => {
    const anchor = document.body.appendChild(document.createElement('a'))
    anchor.textContent = 'Sign in'
    window.undo = window.Pixy.signInLink(anchor, window.auth, given)
  }, options)

const href = async ({ page }: Tab): Promise<string> =>
  (await page.locator('a').getAttribute('href')) ?? ''

/** The URL of the link, once it has one that it had not before. */
async function urlOf(app: Tab, before = ''): Promise<string> {
  await expect.poll(async () => ['', before].includes(await href(app))).toBe(false)
  return href(app)
}

type Click = Parameters<Page['click']>[1]

/** Click on the link: the tab that opens. */
async function open(app: Tab, context: BrowserContext, how: Click): Promise<Tab> {
  const [page] = await Promise.all([context.waitForEvent('page'), app.page.click('a', how)])
  return new Tab(page)
}

test('a click signs in here, a middle or Ctrl click in a new tab', async ({
  app,
  context,
  server,
  baseURL,
}) => {
  await app.open('/desk')
  await link(app, { loginHint: 'ada' })
  const ways: Click[] = [{ button: 'middle' }, { modifiers: ['ControlOrMeta'] }]
  let before = ''
  for (const how of ways) {
    before = await urlOf(app, before)
    expect(before).toContain('login_hint=ada')
    const other = await open(app, context, how)
    await other.page.waitForURL(`${baseURL}/**`)
    expect(await said(other)).toBe('signed-in')
    expect(shown(other)).toBe('/desk')
    // The page with the link stays where it is, and hears of it.
    await app.becomes('signed-in')
    expect(shown(app)).toBe('/desk')
    await app.signOut({ local: true })
    await app.becomes('signed-out')
  }
  await urlOf(app, before)
  await app.page.click('a')
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  expect(shown(app)).toBe('/desk')
  expect(server.requests('token')).toHaveLength(3)
})

test('the link comes back to the address that the page has when it is used', async ({
  app,
  context,
}) => {
  await app.open('/desk')
  await link(app)
  const before = await urlOf(app)
  await app.page.evaluate(() => history.pushState(null, '', '?tab=2'))
  await app.page.hover('a')
  await urlOf(app, before)
  const other = await open(app, context, { button: 'middle' })
  await other.page.waitForURL('**/desk?tab=2')
  expect(await said(other)).toBe('signed-in')
})

test('the link gets a new URL after 50 minutes, and after its use', async ({ app, context }) => {
  await app.page.clock.install()
  await app.open()
  await link(app)
  const first = await urlOf(app)
  await app.page.clock.fastForward(40 * 60_000)
  expect(await urlOf(app)).toBe(first)
  await app.page.clock.fastForward(15 * 60_000)
  const second = await urlOf(app, first)
  // A server that the user leaves at once.
  await context.route('**/authorize?*', (route) => route.abort())
  await open(app, context, { button: 'middle' })
  await urlOf(app, second)
})

test('the link gets a URL only while the user is signed out', async ({ app }) => {
  await app.open()
  await app.signIn()
  const before = await app.dump()
  await link(app)
  await app.page.hover('a')
  await app.page.evaluate(() => window.auth.getAccessToken())
  expect(await app.dump()).toBe(before)
  expect(await href(app)).toBe('')
  await app.signOut({ local: true })
  expect(await urlOf(app)).toContain('state=px1l')
})

test('a sign-out while signed out, in any tab, leaves a link that works', async ({
  app,
  secondTab,
}) => {
  await app.open('/desk')
  await link(app)
  const first = await urlOf(app)
  await app.signOut({ local: true })
  const second = await urlOf(app, first)
  const other = await secondTab()
  await other.signOut({ local: true })
  await urlOf(app, second)
  await app.page.click('a')
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  expect(shown(app)).toBe('/desk')
})

test('an undone link keeps its URL and gets no other', async ({ app, context }) => {
  await app.page.clock.install()
  await app.open()
  await link(app)
  const url = await urlOf(app)
  await app.page.evaluate(() => window.undo())
  await app.page.clock.fastForward(3 * 3_600_000)
  for (const sign of ['pointerenter', 'focus']) await app.page.dispatchEvent('a', sign)
  await context.route('**/authorize?*', (route) => route.abort())
  await open(app, context, { button: 'middle' })
  // A URL that the link asked for would be there before this one.
  await app.page.evaluate(() => window.auth.signInUrl())
  expect(await href(app)).toBe(url)
})

test('a click on an undone link without a URL does not sign in', async ({ app, server }) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  await app.open('/desk')
  await link(app)
  // It is a link once it is looked after.
  await app.page.locator('a[href]').waitFor()
  await app.page.evaluate(() => {
    window.undo()
    document.querySelector('a')!.href = '#clicked'
  })
  await app.page.click('a')
  expect(shown(app)).toBe('/desk#clicked')
  await expect(app.attempt(() => window.auth.signInUrl())).resolves.toMatchObject({
    error: { code: 'unsupported' },
  })
  expect(server.requests('par')).toEqual([])
  expect(server.requests('authorize')).toEqual([])
})

test('with PAR required, pressing the link pushes the request and the click leaves', async ({
  app,
  server,
}) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  await app.open('/desk')
  await link(app, { loginHint: 'ada' })
  await app.page.locator('a[href]').waitFor()
  await app.page.hover('a')
  expect(server.requests('par')).toEqual([])
  await app.page.mouse.down()
  await expect.poll(() => server.requests('par')).toHaveLength(1)
  await app.page.mouse.up()
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  expect(server.requests('par')).toHaveLength(1)
  expect(shown(app)).toBe('/desk')
})

test('a link that is undone at once keeps its attributes', async ({ app }) => {
  await app.open()
  await app.page.evaluate(() => {
    const anchor = document.body.appendChild(document.createElement('a'))
    window.Pixy.signInLink(anchor, window.auth)()
  })
  await link(app)
  await app.page.locator('a[href*=authorize]').waitFor()
  expect(await app.page.locator('a').first().getAttribute('href')).toBeNull()
})

test('a click signs in if the link has no URL or its file cannot be loaded', async ({
  app,
  server,
}) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  await app.open('/desk')
  await link(app)
  await app.page.locator('a[href]').waitFor()
  await app.page.click('a')
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  expect(server.requests('par')).toHaveLength(1)
  await app.signOut({ local: true })
  await missingFile(app, 'link')
  await app.open('/desk')
  await link(app)
  // Only the click tells when the file has failed.
  await expect(async () => {
    await app.page.evaluate(() => document.querySelector('a')?.click())
    expect(server.requests('par')).toHaveLength(2)
  }).toPass()
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
})
