import { expect, test } from '@playwright/test'
import type { Lease } from '../../src/vault/record.js'
import { waitForRelease } from '../../src/vault/refresh/acquire.js'
import { leaseMsFor } from '../../src/vault/refresh/lease.js'
import { restoreNavigator, setLocks, setNavigator } from '../support/web-locks.js'

// How long a tab waits for the attempt of another, and what tells it that this is done.

const { setTimeout: timer } = globalThis
let timers: number[] = []

test.beforeEach(() => {
  timers = []
  // Timers come at once, in the order in which they were set. (The test's own is longer.)
  const soon = (run: () => void, ms = 0) =>
    ms < 60_000 ? (timers.push(Math.round(ms)), timer(run, 0)) : timer(run, ms)
  globalThis.setTimeout = soon as typeof setTimeout
})

test.afterEach(() => {
  Object.assign(globalThis, { setTimeout: timer })
  restoreNavigator()
})

const leaseMs = leaseMsFor(10_000)

/** What is known after the wait for an attempt that began so many seconds ago. */
async function waited(
  seconds: number,
  more: Partial<Lease> = {},
): ReturnType<typeof waitForRelease> {
  const lease = { attempt: 'other', at: Date.now() - seconds * 1000, tries: 0, ...more }
  return waitForRelease(lease, leaseMs)
}

/** How long the deadline was, which is waited for in four parts. */
const deadline = (): number => Math.round(timers.slice(-4).reduce((sum, ms) => sum + ms, 0) / 100)

test('an attempt whose Web Lock is free has ended', async () => {
  setLocks()
  expect(await waited(1)).toEqual({ gone: 'other' })
  expect(await waited(50)).toEqual({ gone: 'other' })
})

test('an attempt that holds its Web Lock is waited for until its time ends', async () => {
  const { request, names } = setLocks()
  void request('pixy-auth:other', () => new Promise(() => {}))
  expect(await waited(43)).toEqual({ watched: undefined })
  expect(deadline()).toBe(20)
  // One whose time is up is watched for five seconds more.
  timers = []
  expect(await waited(50)).toEqual({ watched: 'other' })
  expect(deadline()).toBe(50)
  // The tab waits for nothing any more.
  expect(names()).not.toContain('thistrue')
})

test('an attempt without a Web Lock is checked every 300 ms', async () => {
  setLocks()
  expect(await waited(1, { unlocked: true })).toEqual({ watched: undefined })
  expect(timers).toContain(300)
  timers = []
  expect(await waited(44.9, { unlocked: true })).toEqual({ watched: undefined })
  expect(timers[0]).toBeLessThanOrEqual(100)
})

for (const [where, prepare] of [
  ['refused', () => setLocks('refused')],
  ['absent', () => setNavigator({})],
] as const)
  test(`where Web Locks are ${where}, the time of an attempt decides`, async () => {
    prepare()
    expect(await waited(1)).toEqual({ watched: undefined })
    expect(timers).toContain(300)
    timers = []
    expect(await waited(50)).toEqual({ watched: 'other' })
    expect(deadline()).toBe(50)
  })
