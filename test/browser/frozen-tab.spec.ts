import { expect, test, type Tab } from '../support/fixture.js'
import {
  bend,
  call,
  expire,
  holdTokens,
  nearExpiry,
  refreshes,
  saying,
} from '../support/session.js'

// A tab in the middle of a refresh whose answer does not come. In Chromium the tab is really frozen:
// it keeps its lock and does nothing. Firefox has no such switch. There the tab keeps its lease
// (`record.lease`) and its lock just the same, and the other tabs see nothing else of it.

interface Ice {
  thaw(): Promise<void>
}

async function freeze(tab: Tab, browserName: string): Promise<Ice> {
  if (browserName !== 'chromium') return { thaw: async () => {} }
  const session = await tab.page.context().newCDPSession(tab.page)
  const set = (state: string): Promise<unknown> =>
    session.send('Page.setWebLifecycleState', { state: state as 'frozen' | 'active' })
  await set('frozen')
  return { thaw: async () => void (await set('active')) }
}

/** Make the lease look as if it had been written that long ago. */
const age = (tab: Tab, milliseconds: number): Promise<unknown> =>
  bend(
    tab,
    ({ lease }, by) => lease && Object.assign(lease, { at: Date.now() - by, steady: undefined }),
    milliseconds,
  )

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

/** Stop the wall clock of these tabs, and with it the age of any lease, until `restart`. */
async function stopClocks(tabs: Tab[]): Promise<{ restart(): Promise<void> }> {
  const stopped = Date.now()
  for (const { page } of tabs)
    await page.evaluate((at) => {
      const now = Date.now.bind(Date)
      Object.assign(window, { restart: () => void (Date.now = now) })
      Date.now = () => at
    }, stopped)
  const restart = (): void => (window as unknown as { restart(): void }).restart()
  return {
    restart: async () => void (await Promise.all(tabs.map(({ page }) => page.evaluate(restart)))),
  }
}

test('a token that still lives is used while a frozen tab holds the lease', async ({
  app,
  server,
  secondTab,
  browserName,
}) => {
  const other = await secondTab()
  const living = (await other.token()).value
  await nearExpiry(app, other)
  holdTokens(server)
  await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  const { thaw } = await freeze(app, browserName)
  expect((await other.token()).value).toBe(living)
  expect(refreshes(server)).toHaveLength(1)
  await thaw()
})

test('a lease older than 45 s is overtaken by one tab only', async ({
  app,
  server,
  secondTab,
  browserName,
}) => {
  const others = [await secondTab(), await secondTab()]
  await expire(app, ...others)
  server.fail('token', { hang: true })
  await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  const { thaw } = await freeze(app, browserName)
  await age(others[0]!, 46_000)
  const tokens = (await Promise.all(others.map((tab) => tab.tokens(5)))).flat()
  for (const token of tokens) expect(server.verify(token)).toBeDefined()
  expect(refreshes(server)).toHaveLength(2)
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  await thaw()
})

test('F23: a frozen tab’s late answer does not replace newer tokens', async ({
  app,
  server,
  secondTab,
  browserName,
}) => {
  // The request of the frozen tab takes effect last, and the server allows the reuse.
  server.options.reuseGrace = 60
  const winner = await secondTab()
  await expire(app, winner)
  holdTokens(server)
  const late = await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  const { thaw } = await freeze(app, browserName)
  await age(winner, 46_000)
  const token = (await winner.token()).value ?? ''
  expect(server.verify(token)).toBeDefined()
  server.heal()
  await expect.poll(() => server.refreshTokenUses).toHaveLength(2)
  await thaw()
  await late.answer()
  for (const tab of [app, winner]) {
    expect((await tab.token()).value).toBe(token)
    expect(await saying(tab)).toBe('signed-in')
  }
  expect(server.requests('revocation')).toHaveLength(0)
  // The stored refresh token is the winner's.
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(Array(3).fill('rotated'))
})

test.describe('with a timeout of one second', () => {
  test.use({ options: { timeout: 1 } })

  test('F22: while a frozen tab holds the lease, no refresh is sent and callers time out', async ({
    app,
    server,
    secondTab,
    browserName,
  }) => {
    const others = [await secondTab(), await secondTab()]
    await expire(app, ...others)
    holdTokens(server)
    await call(app)
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    const { thaw } = await freeze(app, browserName)
    const clocks = await stopClocks(others)
    for (const old of [0, 40_000]) {
      await age(others[0]!, old)
      const waiting = await Promise.all(others.map((tab) => tab.tokens(3)))
      expect(waiting.flat()).toEqual(Array(6).fill('rejected: timeout'))
    }
    await clocks.restart()
    for (const tab of others) expect((await tab.state()).status).toBe('signed-in')
    expect(refreshes(server)).toHaveLength(1)
    // The frozen tab wakes up, and its answer serves every tab.
    await thaw()
    server.heal()
    for (const tab of others) await expect.poll(async () => (await tab.token()).value).toBeDefined()
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  })

  test('a lease whose lock is held keeps the other tabs from refreshing', async ({
    app,
    server,
    secondTab,
  }) => {
    const other = await secondTab()
    await expire(app, other)
    await app.page.evaluate(() => {
      void navigator.locks.request('pixy-auth:by-hand', () => new Promise(() => {}))
    })
    await bend(app, (record) => {
      record.lease = { attempt: 'by-hand', at: Date.now(), tries: 0 }
    })
    expect(await other.tokens(3)).toEqual(Array(3).fill('rejected: timeout'))
    expect(refreshes(server)).toHaveLength(0)
    // The tab dies and frees its lock: the other tab does not wait for the 45 s.
    await app.page.close()
    await expect.poll(async () => (await other.token()).value).toBeDefined()
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  })
})
