import { expect, test, type Tab } from '../support/fixture.js'
import {
  bend,
  call,
  expire,
  holdTokens,
  refreshes,
  stored,
  type Lease,
  type Stored,
} from '../support/session.js'
import { holdTimers, outwait, passTime } from '../support/timers.js'

/** How long a lease is watched whose time is over. */
const watchMs = 5000

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

test('a token in its last seconds serves while the refresh fails', async ({ app, server }) => {
  await holdTimers(app, { clocks: true })
  const { tokens } = await bend(app, (record) => {
    for (const token of Object.values(record.tokens)) {
      token.receivedAt = Date.now() - 295_000
      token.expiresAt = Date.now() + 5000
    }
  })
  server.fail('token', { status: 400, handled: false, body: '{"error":"invalid_request"}' }, 9)
  const [{ value } = { value: '' }] = Object.values(tokens)
  expect((await app.token()).value).toBe(value)
  expect(refreshes(server)).toHaveLength(1)
})

/** Let so many milliseconds go by from the next lease of this page until its store says that it has it. */
async function commitLate({ page }: Tab, ms: number): Promise<void> {
  await page.evaluate((late) => {
    const { put } = IDBObjectStore.prototype
    const [wall, steady] = [Date.now.bind(Date), performance.now.bind(performance)]
    IDBObjectStore.prototype.put = function (value: Stored, key) {
      IDBObjectStore.prototype.put = put
      Object.assign(window, { first: value.lease })
      this.transaction.addEventListener('complete', () => {
        Date.now = () => wall() + late
        performance.now = () => steady() + late
      })
      return put.call(this, value, key)
    }
  }, ms)
}

for (const [what, ms, isAnew] of [
  ['a lease that has grown old is written anew before the request', 6000, true],
  ['a store that commits in 1.9 s holds up no refresh', 1900, false],
] as const)
  test(what, async ({ app, server }) => {
    await expire(app)
    holdTokens(server)
    await commitLate(app, ms)
    const later = await call(app)
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    const first = await app.page.evaluate(() => (window as unknown as { first: Lease }).first)
    const { lease } = await stored(app)
    expect(lease?.attempt !== first.attempt).toBe(isAnew)
    server.heal()
    expect(server.verify(await later.answer())).toBeDefined()
    expect(refreshes(server)).toHaveLength(1)
  })

test('a refusal ends no session while a tab that lost its lease may get tokens', async ({
  app,
  server,
}) => {
  await holdTimers(app, { clocks: true })
  await expire(app)
  await bend(app, (record) => {
    record.lease = { attempt: 'overtaken', at: Date.now() - 52_000, tries: 0, unlocked: true }
  })
  const { accessToken, refreshToken } = { accessToken: 'late', refreshToken: 'late-too' }
  server.revokeGrants()
  const waiting = await call(app)
  await outwait(app, watchMs)
  await expect.poll(() => server.refreshTokenUses).toHaveLength(1)
  // The overtaken attempt has won, and its tab stores the tokens.
  await bend(
    app,
    (record, late) => {
      record.version++
      record.refreshToken = late.refreshToken
      for (const token of Object.values(record.tokens)) {
        token.value = late.accessToken
        token.receivedAt = Date.now()
        token.expiresAt = Date.now() + 300_000
      }
    },
    { accessToken, refreshToken },
  )
  await passTime(app, 3000)
  expect(await waiting.answer()).toBe(accessToken)
  expect((await app.state()).status).toBe('signed-in')
})

test('a refusal ends the session once no tab that lost its lease can get tokens', async ({
  app,
  server,
}) => {
  await holdTimers(app, { clocks: true })
  await expire(app)
  await bend(app, (record) => {
    record.lease = { attempt: 'overtaken', at: Date.now() - 61_000, tries: 0, unlocked: true }
  })
  server.revokeGrants()
  const waiting = await call(app)
  await outwait(app, watchMs)
  expect(await waiting.answer()).toContain('session_ended')
})

test('a refusal ends the session if a lost lease is dated in the future', async ({
  app,
  server,
}) => {
  await expire(app)
  await bend(app, (record) => {
    const hour = Date.now() + 3_600_000
    record.lease = { attempt: 'before', at: hour, tries: 0, settled: true, prior: hour }
  })
  server.revokeGrants()
  expect((await app.token()).error?.code).toBe('session_ended')
})

test('a dead tab’s lease that is dated in the future delays no refresh', async ({
  app,
  server,
}) => {
  await expire(app)
  await bend(app, (record) => {
    record.lease = { attempt: 'dead', at: Date.now() + 200_000, tries: 0 }
  })
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
  expect(refreshes(server)).toHaveLength(1)
})

test('a first empty answer that is dated in the future does not count', async ({ app, server }) => {
  await expire(app)
  await bend(app, (record) => {
    const hour = Date.now() + 3_600_000
    record.lease = { attempt: 'before', at: hour, tries: 0, settled: true, refusedAt: hour }
  })
  server.fail('token', { status: 400, handled: false, body: '' })
  expect((await app.token()).error?.code).toBeDefined()
  expect((await stored(app)).lease?.refusedAt).toBeLessThanOrEqual(Date.now())
})

test('a refusal ends the session after taking over a lease dated in the future', async ({
  app,
  server,
}) => {
  await holdTimers(app, { clocks: true })
  await expire(app)
  await bend(app, (record) => {
    record.lease = { attempt: 'overtaken', at: Date.now() + 3_600_000, tries: 0, unlocked: true }
  })
  server.revokeGrants()
  const waiting = await call(app)
  await outwait(app, watchMs)
  expect(await waiting.answer()).toContain('session_ended')
})

test('a lease whose tab stores its answer after a sleep is not overtaken', async ({
  app,
  server,
  secondTab,
}) => {
  const other = await secondTab()
  await expire(app, other)
  holdTokens(server)
  const first = await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  // All tabs sleep, and wake together.
  await bend(other, ({ lease }) => {
    Object.assign(lease ?? {}, { at: Date.now() - 200_000, steady: undefined })
  })
  await other.page.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function (...given) {
      Object.assign(window, { hasWritten: true })
      return put.apply(this, given)
    }
  })
  const second = await call(other)
  await expect.poll(() => waiters(other)).toBe(1)
  server.heal()
  expect(await second.answer()).toBe(await first.answer())
  expect(refreshes(server)).toHaveLength(1)
  // A tab that only waits writes nothing.
  expect(await other.page.evaluate(() => 'hasWritten' in window)).toBe(false)
})

/** How many tabs wait until an attempt is done. */
const waiters = ({ page }: Tab): Promise<number> =>
  page.evaluate(async () => (await navigator.locks.query()).pending?.length ?? 0)

test('an attempt whose Web Lock is stolen before its request sends nothing', async ({
  app,
  server,
}) => {
  await expire(app)
  holdTokens(server)
  await app.page.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function (value: Stored, key) {
      IDBObjectStore.prototype.put = put
      Object.assign(window, { first: value.lease })
      let isStolen = false
      const steal = { steal: true } as const
      void navigator.locks.request(`pixy-auth:${value.lease?.attempt}`, steal, async () => {
        await new Promise((resolve) => setTimeout(resolve))
        isStolen = true
      })
      // The transaction stays open until then.
      const again = (): void => void (isStolen || (this.get('').onsuccess = again))
      again()
      return put.call(this, value, key)
    }
  })
  const later = await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  const first = await app.page.evaluate(() => (window as unknown as { first: Lease }).first)
  expect((await stored(app)).lease?.attempt).not.toBe(first.attempt)
  server.heal()
  expect(server.verify(await later.answer())).toBeDefined()
})
