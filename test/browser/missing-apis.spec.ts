import { expect, Tab, test } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'
import { expire, refreshes } from '../support/session.js'
import { holdTimers, outwait, passTime } from '../support/timers.js'

/** What is left of BroadcastChannel in some browsers and settings. */
const channels: [name: string, stub: () => void][] = [
  ['absent', () => Reflect.deleteProperty(window, 'BroadcastChannel')],
  [
    'refused',
    () => {
      window.BroadcastChannel = function () {
        throw new DOMException('denied', 'SecurityError')
      } as unknown as typeof BroadcastChannel
    },
  ],
]

test('without BroadcastChannel a tab reads the session again on focus', async ({
  otherBrowser,
}) => {
  await eachRow(channels, async (name, stub) => {
    const app = await otherBrowser()
    await app.page.context().addInitScript(stub)
    await app.open()
    await app.signIn()
    expect((await app.refresh()).error).toBeUndefined()
    const other = new Tab(await app.page.context().newPage())
    expect((await other.open()).status).toBe('signed-in')
    expect((await app.signOut({ local: true })).error).toBeUndefined()
    const event = name === 'absent' ? 'focus' : 'online'
    await other.page.evaluate((type) => dispatchEvent(new Event(type)), event)
    await other.becomes('signed-out')
  })
})

const locks: [name: string, stub: () => void, wait: number][] = [
  ['absent', () => Object.defineProperty(navigator, 'locks', { value: undefined }), 0],
  [
    'refused',
    () =>
      Object.defineProperty(navigator, 'locks', {
        value: {
          request: () => Promise.reject(new DOMException('denied', 'SecurityError')),
        },
      }),
    0,
  ],
  [
    'never granted',
    () =>
      Object.defineProperty(navigator, 'locks', {
        value: { request: () => new Promise(() => {}) },
      }),
    2000,
  ],
]

test('without Web Locks the lease alone lets one tab refresh', async ({ app, server, context }) => {
  await app.open()
  await app.signIn()
  await eachRow(locks, async (_name, stub, wait) => {
    const tab = new Tab(await context.newPage())
    await tab.page.addInitScript(stub)
    await tab.open()
    await expire(tab, app)
    const before = refreshes(server).length
    if (wait) await holdTimers(tab)
    const token = tab.token()
    if (wait) await outwait(tab, wait)
    expect(server.verify((await token).value ?? '')).toBeDefined()
    expect(refreshes(server)).toHaveLength(before + 1)
    await tab.page.close()
  })
})

test('other tabs wait for the refresh of a tab without Web Locks', async ({
  app,
  server,
  context,
}) => {
  await app.open()
  await app.signIn()
  const tab = new Tab(await context.newPage())
  await tab.page.addInitScript(() =>
    Object.defineProperty(navigator, 'locks', { value: undefined }),
  )
  await tab.open()
  await expire(tab, app)
  server.fail('token', { delay: 600_000 })
  const slow = tab.token()
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  await holdTimers(app)
  const other = app.token()
  await expect.poll(() => app.page.evaluate(() => window.timers.due())).toContain(300)
  // A dead tab's token would be presented again after one second.
  await passTime(app, 5000)
  expect(refreshes(server)).toHaveLength(1)
  server.heal()
  const { value } = await slow
  await passTime(app, 1000)
  expect((await other).value).toBe(value)
  expect(refreshes(server)).toHaveLength(1)
})
