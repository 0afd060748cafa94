import { expect, test } from '@playwright/test'
import { createClock } from '../../src/vault/clock.js'
import type { Active, Lease } from '../../src/vault/record.js'
import { waitForRelease } from '../../src/vault/refresh/acquire.js'
import {
  decide,
  leaseMsFor,
  type Acquired,
  type LeaseRequest,
} from '../../src/vault/refresh/lease.js'

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

interface Given {
  record?: Partial<Active>
  lease?: Partial<Lease>
  request?: Partial<LeaseRequest>
}

/** What the record allows to do, where nothing but this stands against it. */
function decided({ record, lease, request }: Given): Acquired {
  const other = lease && { attempt: 'other', at: Date.now() - 60_000, tries: 0, ...lease }
  const stored = { id: 'a', refreshToken: 'RT', tokens: {}, lease: other, ...record }
  // One whose time is over has been watched since.
  const isOver = other && Date.now() - other.at >= leaseMsFor(10_000)
  const watched = isOver ? 'other' : undefined
  const asked = { attempt: 'mine', id: 'a', key: '', unfit: undefined, watched }
  return decide(stored as unknown as Active, { ...asked, ...request }, createClock())
}

const living = (value: string, seconds: number) => ({
  tokens: { '': { value, receivedAt: Date.now(), expiresAt: Date.now() + seconds * 1000 } },
})
const failure = { code: 'network', hint: undefined, oauth: undefined } as const

test('a refresh is done where the token was renewed, or the session is another', () => {
  expect(decide(undefined, {} as LeaseRequest, createClock()).type).toBe('ended')
  expect(decided({ record: living('A', 300) as Partial<Active> }).type).toBe('done')
  const unfit = { request: { unfit: 'A' }, record: living('A', 300) as Partial<Active> }
  expect(decided(unfit).type).toBe('mine')
  expect(decided({ record: living('A', 1) as Partial<Active> }).type).toBe('done')
  const expired = living('A', -1) as Partial<Active>
  expect(decided({ record: expired }).type).toBe('mine')
  expect(decided({ record: { id: 'b' } }).type).toBe('done')
  expect(decided({ record: { refreshToken: undefined } }).type).toBe('spent')
})

test('an attempt ends when it says so, its tab is gone, or its time is up', () => {
  const lease = { at: Date.now() - 2000 }
  expect(decided({ lease })).toMatchObject({ type: 'taken', lease: { attempt: 'other' } })
  expect(decided({ lease: { ...lease, settled: true } }).type).toBe('mine')
  expect(decided({ lease, request: { gone: 'other' } }).type).toBe('mine')
  expect(decided({ lease, request: { gone: 'another' } }).type).toBe('taken')
})

test('a failed attempt says when the next one may begin, and why', () => {
  const until = Date.now() + 20_000
  expect(decided({ lease: { settled: true, until, error: failure } })).toMatchObject({
    type: 'wait',
    until,
    error: { code: 'network' },
  })
  expect(decided({ lease: { settled: true, until } })).toMatchObject({ error: { code: 'timeout' } })
  // A tab that is gone may have sent its request in its last moment.
  const gone = { request: { gone: 'other' }, lease: { at: Date.now() - 200 } }
  const wait = decided(gone) as Acquired & { type: 'wait' }
  expect(wait.type).toBe('wait')
  expect(wait.until).toBeLessThan(Date.now() + 1000)
})

test('a token that was presented twice in vain is kept while an access token lives', () => {
  const record = { tokens: { other: living('A', 60).tokens[''] } } as unknown as Partial<Active>
  expect(decided({ record, lease: { tries: 1, error: failure } })).toMatchObject({
    type: 'failed',
    error: { code: 'network' },
  })
  expect(decided({ record, lease: { tries: 0 } })).toMatchObject({ lease: { tries: 1 } })
  expect(decided({ record, lease: { tries: 1, settled: true } })).toMatchObject({
    lease: { tries: 1 },
  })
  expect(decided({ lease: { tries: 1 } })).toMatchObject({ type: 'mine', lease: { tries: 2 } })
})

test('the next lease keeps what is known of an overtaken attempt', () => {
  const at = Date.now() - 60_000
  const refusedAt = Date.now() - 40_000
  const next = (lease: Partial<Lease>): Lease =>
    (decided({ lease: { at, ...lease } }) as Acquired & { type: 'mine' }).lease
  expect(next({ refusedAt, error: failure })).toMatchObject({ refusedAt, error: failure })
  expect(Math.abs((next({}).prior ?? 0) - at)).toBeLessThan(1000)
  expect(next({ settled: true, prior: at }).prior).toBe(at)
  expect(next({ settled: true }).prior).toBe(undefined)
})

test('impossible times do not count', () => {
  const next = (lease: Partial<Lease>): Partial<Lease> & { type: string } => {
    const found = decided({ lease: { settled: true, ...lease } })
    return { ...(found.type === 'mine' ? found.lease : {}), type: found.type }
  }
  const future = Date.now() + 600_000
  expect(next({ until: future }).type).toBe('mine')
  expect(next({ prior: future, refusedAt: future })).toMatchObject({
    type: 'mine',
    prior: undefined,
    refusedAt: undefined,
  })
  expect(next({ refusedAt: -1 }).refusedAt).toBe(undefined)
  // A damaged lease is not waited for, and says nothing.
  expect(next({ at: NaN, settled: false, tries: 3 })).toMatchObject({ type: 'mine', tries: 0 })
})

test('T24: an inherited time does not count', async () => {
  const root = Object.prototype
  const until = Date.now() + 20_000
  Object.defineProperty(root, 'until', { value: until, configurable: true, writable: true })
  try {
    expect(decided({ lease: { settled: true } }).type).toBe('mine')
  } finally {
    Reflect.deleteProperty(root, 'until')
  }
})
