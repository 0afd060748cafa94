import type { BrowserContext, Page } from '@playwright/test'
import { expect, Tab, test } from '../support/fixture.js'
import { missingFile } from '../support/missing-file.js'
import { until } from '../support/frame.js'
import { frames } from '../support/iframe.js'
import { asked, make, shown } from '../support/sign-in-steps.js'
import { waitLonger } from '../support/timers.js'

// A page with an embedder policy gets no frame of a server without one.
test.beforeEach(({ servers }) => void (servers.embeds = true))
test.beforeEach(({ app }) => waitLonger(app))
test.afterEach(({ servers }) => void (servers.embeds = false))

test.use({ options: { restore: true } })

const hour = 3_600_000

test('a user whom the server knows is signed in at the start', async ({ app, server }) => {
  expect(await app.open('/desk')).toMatchObject({ status: 'signed-in', user: { sub: 'user-1' } })
  expect(await app.history()).toEqual(['loading', 'signed-in'])
  expect(await frames(app)).toBe(0)
  expect(shown(app)).toBe('/desk')
  expect(await app.reload()).toMatchObject({ status: 'signed-in' })
  expect(server.requests('authorize')).toHaveLength(1)
})

test('F54: a user whom the server does not know is signed out, and asked for once', async ({
  app,
  server,
  secondTab,
}) => {
  server.options.silent = 'login_required'
  expect(await app.open()).toEqual({ status: 'signed-out' })
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  await secondTab()
  expect(server.requests('authorize')).toHaveLength(1)

  await test.step('after an hour it is', async () => {
    await app.page.clock.install({ time: Date.now() + hour + 1000 })
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect(server.requests('authorize')).toHaveLength(2)
  })
})

test('after a sign-in the next start asks the server again', async ({ app, server }) => {
  server.options.silent = 'login_required'
  await app.open()
  await app.signIn()
  server.options.silent = undefined as unknown as 'page'
  await app.page.evaluate(() => indexedDB.deleteDatabase('pixy-auth'))
  expect(await app.reload()).toMatchObject({ status: 'signed-in' })
  const prompts = server.requests('authorize').map(({ params }) => params['prompt'])
  expect(prompts).toEqual(['none', undefined, 'none'])
})

test('F57: an answer that does not come is waited for once', async ({ app, server }) => {
  server.options.silent = 'page'
  await app.page.clock.install()
  await app.page.goto('/')
  await asked(server, 1)
  expect((await app.state()).status).toBe('loading')
  expect(await frames(app)).toBe(1)
  await app.page.clock.runFor(5100)
  expect(await app.started()).toEqual({ status: 'signed-out' })
  expect(await frames(app)).toBe(0)
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  expect(server.requests('authorize')).toHaveLength(1)
})

test('F32: after a sign-out the user stays signed out', async ({ app, server, secondTab }) => {
  await app.open()
  await app.signOut({ local: true })
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  expect(await (await secondTab()).state()).toEqual({ status: 'signed-out' })
  await app.page.clock.install({ time: Date.now() + 100 * hour })
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  expect(server.requests('authorize')).toHaveLength(1)
})

test('F82: a sign-out in another tab during the restore wins', async ({ app, server, context }) => {
  server.fail('token', { delay: 60_000 })
  await app.page.goto('/')
  await expect.poll(() => server.requests('token').length).toBe(1)
  await context.addInitScript(() => void (window.options = { ...window.options, restore: false }))
  const other = await context.newPage()
  await other.goto('/')
  await other.evaluate(() => window.auth.signOut({ local: true }))
  server.heal()
  expect(await app.started()).toEqual({ status: 'signed-out' })
  expect(server.requests('revocation')).toHaveLength(1)
})

test.describe('while the server does not answer', () => {
  test.beforeEach(async ({ app, server }) => {
    server.options.silent = 'page'
    await waitForEver(app.page)
    await app.page.goto('/')
    await asked(server, 1)
  })

  test('a click on "Sign in" does not wait for it', async ({ app, server }) => {
    await app.page.evaluate(() => void window.auth.signIn())
    await asked(server, 2)
    await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  })

  test('a sign-out does not wait for it', async ({ app, server }) => {
    await app.signOut({ local: true })
    expect(await app.state()).toEqual({ status: 'signed-out' })
    expect(await frames(app)).toBe(0)
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect(server.requests('authorize')).toHaveLength(1)
  })
})

/** The limit of five seconds never comes: it is waited for in four parts. */
const waitForEver = (page: Page | BrowserContext): Promise<unknown> =>
  page.addInitScript(() => {
    const wait = window.setTimeout
    window.setTimeout = ((work: () => void, ms?: number) =>
      ms === 1250 ? 0 : wait(work, ms)) as typeof setTimeout
  })

/** How many tabs wait for another to ask. */
const waiting = ({ page }: Tab): Promise<number> =>
  page.evaluate(async () => (await navigator.locks.query()).pending?.length ?? 0)

/** Open pages without waiting for what they find; each has asked for its turn then. */
async function openTabs(context: BrowserContext, count: number): Promise<Tab[]> {
  const pages = await Promise.all(Array.from({ length: count }, () => context.newPage()))
  await Promise.all(pages.map((page) => page.goto('/')))
  const tabs = pages.map((page) => new Tab(page))
  await expect.poll(() => waiting(tabs[0]!)).toBe(count - 1)
  return tabs
}

test.describe('several tabs that start at once', () => {
  test.beforeEach(({ context }) => waitLonger({ page: context }))

  test('one tab asks the server, and the others show its session', async ({ server, context }) => {
    server.fail('authorize', { delay: 600_000 })
    const tabs = await openTabs(context, 4)
    await asked(server, 1)
    server.heal()
    for (const tab of tabs) expect(await tab.started()).toMatchObject({ status: 'signed-in' })
    expect(server.requests('authorize')).toHaveLength(1)
    expect(server.requests('token')).toHaveLength(1)
  })

  test('if the server needs the user, one tab learns it for all', async ({ server, context }) => {
    server.options.silent = 'login_required'
    server.fail('authorize', { delay: 600_000 })
    const tabs = await openTabs(context, 4)
    await asked(server, 1)
    server.heal()
    for (const tab of tabs) expect(await tab.started()).toEqual({ status: 'signed-out' })
    expect(server.requests('authorize')).toHaveLength(1)
  })

  test('a click on "Sign in" does not wait for another tab', async ({ server, context }) => {
    server.fail('authorize', { delay: 600_000 })
    await waitForEver(context)
    const tabs = await openTabs(context, 2)
    await asked(server, 1)
    const flags = await Promise.all(tabs.map(({ page }) => page.locator('iframe').count()))
    const { page } = tabs[flags.indexOf(0)]!
    await page.evaluate(() => void window.auth.signIn())
    await asked(server, 2)
  })
})

for (const store of ['session', 'memory'] as const)
  test.describe(`tabs that share no store: "${store}"`, () => {
    test.use({ options: { restore: true, store } })

    test('all tabs ask at once, and each has its session', async ({ server, context }) => {
      await waitForEver(context)
      server.fail('authorize', { delay: 600_000 }, Infinity)
      const pages = await Promise.all([1, 2, 3].map(() => context.newPage()))
      await Promise.all(pages.map((page) => page.goto('/')))
      await asked(server, 3)
      server.heal()
      for (const page of pages)
        expect(await new Tab(page).started()).toMatchObject({ status: 'signed-in' })
      expect(server.requests('authorize')).toHaveLength(3)
    })
  })

test('a start waits 5 s at most for another tab', async ({ app, server, servers, context }) => {
  const other = await context.newPage()
  await other.goto(servers.newPage(() => 'no app', { lax: true }))
  await other.evaluate((key) => {
    void navigator.locks.request(`pixy-auth:restore:${key}`, () => new Promise(() => {}))
  }, `${server.issuer} app`)
  await app.page.clock.install()
  await app.page.goto('/')
  await expect.poll(() => waiting(app)).toBe(1)
  await app.page.clock.runFor(5100)
  await asked(server, 1)
  expect(await app.started()).toMatchObject({ status: 'signed-in' })
})

test('after a server error the next start asks the server again', async ({ app, server }) => {
  server.fail('openid-configuration', { status: 500 })
  server.fail('oauth-authorization-server', { status: 500 })
  expect(await app.open()).toEqual({ status: 'signed-out' })
  expect(await app.reload()).toMatchObject({ status: 'signed-in' })
})

test('without the file that restores, the user stays signed out without an error', async ({
  app,
  server,
}) => {
  await missingFile(app, 'iframe')
  expect(await app.open()).toEqual({ status: 'signed-out' })
  expect(server.requests('authorize')).toEqual([])
})

test('an app loaded in the frame opens no other frame', async ({ app, server, baseURL }) => {
  server.fail('authorize', { handled: false, status: 302, headers: { location: `${baseURL}/` } })
  await app.page.clock.install()
  await app.page.goto('/')
  await expect.poll(() => app.page.frames().length).toBe(2)
  const frame = app.page.frames()[1]!
  await until(frame, () => window.auth?.state.status === 'signed-out')
  expect(server.requests('authorize')).toHaveLength(1)
  await app.page.clock.runFor(5100)
  expect(await app.started()).toEqual({ status: 'signed-out' })
  expect(await frames(app)).toBe(0)
})

test('a sign-in in another tab during the restore counts', async ({ app, server, context }) => {
  server.options.silent = 'page'
  await app.page.clock.install()
  await app.page.goto('/')
  await asked(server, 1)
  await context.addInitScript(() => void (window.options = { ...window.options, restore: false }))
  const page = await context.newPage()
  await page.goto('/')
  await page.evaluate(() => void window.auth.signIn())
  await page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  await app.page.clock.runFor(5100)
  expect(await app.started()).toMatchObject({ status: 'signed-in' })
})

test('T21: a frame of another origin restores nothing', async ({ app, server, servers }) => {
  const html = `<iframe src="${servers.appOrigin}/"></iframe>`
  const path = servers.newPage(() => html, { lax: true })
  await app.page.goto(servers.otherOrigin + path)
  const frame = app.page.frames()[1]!
  await until(frame, () => window.auth?.state.status === 'signed-out')
  expect(server.requests('authorize')).toEqual([])
})

test.describe('a session without a refresh token', () => {
  test.use({
    options: { restore: true, scope: 'openid' },
    serverOptions: { refreshTokens: 'never' },
  })

  test('is renewed at the next start', async ({ app, server }) => {
    server.options.accessTokenLifetime = 2
    await app.open()
    await app.page.clock.install({ time: Date.now() + 10_000 })
    expect(await app.reload()).toMatchObject({ status: 'signed-in' })
    expect(server.requests('authorize')).toHaveLength(2)
  })
})

test.describe('where the browser stores nothing', () => {
  test.use({ mode: 'manual' })

  test('no session is restored, as a sign-out could not be remembered', async ({ app, server }) => {
    await app.page.goto('/')
    await app.page.evaluate(() => {
      const deny = (): never => {
        throw new DOMException('', 'SecurityError')
      }
      Object.defineProperty(window, 'localStorage', { get: deny })
    })
    await make(app, { ...(await app.page.evaluate(() => window.options)), restore: true })
    expect(await app.started()).toEqual({ status: 'signed-out' })
    expect(server.requests('authorize')).toEqual([])
  })
})
