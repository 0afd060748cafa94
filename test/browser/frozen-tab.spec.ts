import { expect, test, type Tab } from '../support/fixture.js'
import {
  bend,
  call,
  elapsed,
  expire,
  holdTokens,
  nearExpiry,
  refreshes,
  saying,
} from '../support/session.js'

// A tab in the middle of a refresh whose answer does not come. In Chromium it is frozen as well, for
// real: it keeps its lock and does nothing. Firefox has no such switch; there its lease and its lock
// stand all the same, which is all that the others see of it.

test.use({ options: { timeout: 1 } })

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

/** The lease is as old as if the tab had written it that long ago. */
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

test('F22: behind a frozen tab nobody presents the refresh token, and callers are told in time', async ({
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
  for (const old of [0, 40_000]) {
    await age(others[0]!, old)
    const waiting = Promise.all(others.map((tab) => tab.tokens(3)))
    expect(await elapsed(waiting)).toBeLessThan(15_000)
    expect((await waiting).flat()).toEqual(Array(6).fill('rejected: timeout'))
  }
  for (const tab of others) expect((await tab.state()).status).toBe('signed-in')
  expect(refreshes(server)).toHaveLength(1)
  // It comes back to life, and with it the answer for everybody.
  await thaw()
  server.heal()
  for (const tab of others) await expect.poll(async () => (await tab.token()).value).toBeDefined()
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
})

test('behind a frozen tab a token that still lives serves', async ({
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

test('a lease older than 45 s is overtaken, by one tab alone', async ({
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

test('F23: what a frozen tab is answered too late does not undo what the winner has stored', async ({
  app,
  server,
  secondTab,
  browserName,
}) => {
  // Its own request takes effect last, and the server forgives it.
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
  // And the winner's own refresh token is the one that is kept.
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(Array(3).fill('rotated'))
})

test('a lease and a lock that somebody holds are enough to keep the others from it', async ({
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
  // Its tab dies, its lock is free: nobody waits for the 45 s.
  await app.page.close()
  await expect.poll(async () => (await other.token()).value).toBeDefined()
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
})
