import { expect, test } from '@playwright/test'
import { createClock } from '../../src/vault/clock.js'
import type { Active, Lease } from '../../src/vault/record.js'
import { waitForRelease } from '../../src/vault/refresh/acquire.js'
import { decide, leaseMsFor } from '../../src/vault/refresh/lease.js'

/** Do some work with timers that come at once, in the order in which they were set. */
async function inNoTime<T>(work: () => Promise<T>): Promise<T> {
  const { setTimeout } = globalThis
  globalThis.setTimeout = ((run: () => void) => setTimeout(run, 0)) as typeof setTimeout
  return work().finally(() => void Object.assign(globalThis, { setTimeout }))
}

/** What may be done after a wait while another tab has held the lease for so many seconds. */
async function after(seconds: number, timeout: number): Promise<string> {
  const now = Date.now() - seconds * 1000
  const lease: Lease = { attempt: 'other', at: now, tries: 0, unlocked: true }
  const record = { id: 'a', refreshToken: 'RT', tokens: {}, lease } as unknown as Active
  const mine = { attempt: 'mine', id: 'a', key: '', unfit: undefined }
  expect(decide(record, mine, createClock()).type).toBe('taken')
  const waited = await inNoTime(() => waitForRelease(lease, leaseMsFor(timeout)))
  return decide(record, { ...mine, ...waited }, createClock()).type
}

test('a lease is held for 45 seconds, or three timeouts where that is longer', async () => {
  expect(await after(44, 10_000)).toBe('taken')
  expect(await after(46, 10_000)).toBe('mine')
  // A request may last for one timeout, and its tab may be slow before and after it.
  expect(await after(59, 20_000)).toBe('taken')
  expect(await after(61, 20_000)).toBe('mine')
})
