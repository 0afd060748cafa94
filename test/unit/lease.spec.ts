import { expect, test } from '@playwright/test'
import { createClock } from '../../src/vault/clock.js'
import type { Active, Lease } from '../../src/vault/record.js'
import { decide, leaseMsFor } from '../../src/vault/refresh/lease.js'

/** What may be done while another tab has held the lease for so many seconds. */
function after(seconds: number, timeout: number): string {
  const now = Date.now() - seconds * 1000
  const lease: Lease = { attempt: 'other', at: now, tries: 0 }
  const record = { id: 'a', refreshToken: 'RT', tokens: {}, lease } as unknown as Active
  const mine = { attempt: 'mine', id: 'a', key: '', unfit: undefined, gone: undefined }
  return decide(record, { ...mine, leaseMs: leaseMsFor(timeout) }, createClock()).type
}

test('a lease is held for 45 seconds, or three timeouts where that is longer', () => {
  expect(after(44, 10_000)).toBe('taken')
  expect(after(46, 10_000)).toBe('mine')
  // A request may last for one timeout, and its tab may be slow before and after it.
  expect(after(59, 20_000)).toBe('taken')
  expect(after(61, 20_000)).toBe('mine')
})
