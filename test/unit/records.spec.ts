import { expect, test } from '@playwright/test'
import { createClock } from '../../src/vault/clock.js'
import {
  isNewer,
  readRecord,
  tombstoneOf,
  toSnapshot,
  type Active,
} from '../../src/vault/record.js'
import { createNotes, type Notes } from '../../src/vault/notes.js'
import { createShown, type ShownSession } from '../../src/vault/shown.js'
import { active as activeWith } from '../support/sessions.js'

// What a record means, and what a tab shows of it.

const navigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
test.afterEach(() => void Object.defineProperty(globalThis, 'navigator', navigator ?? blank))
const blank = { value: undefined, configurable: true }

const setOnline = (onLine: boolean): unknown =>
  Object.defineProperty(globalThis, 'navigator', { value: { onLine }, configurable: true })

const token = { value: 'a', receivedAt: 1, expiresAt: 2 }

const active = activeWith({ tokens: { '': token } })

const shown = (note: Notes['note'] = () => () => {}): ShownSession =>
  createShown(createClock(), () => {}, note)
const network = { code: 'network', hint: 'm', oauth: undefined } as const
const timeout = { code: 'timeout', hint: 'm', oauth: undefined } as const

test('only a number above 1 is a newer version', () => {
  expect([{ v: 2 }, { v: '2' }, { v: 1 }, {}].map(isNewer)).toEqual([true, false, false, false])
})

test('a record with a wrong member counts as missing', () => {
  expect(readRecord(active)).toMatchObject({ id: 'one', tokens: { '': token } })
  const bent = [
    { v: 0 },
    { v: '1' },
    { id: 1 },
    { version: '1' },
    { user: 5 },
    { tokens: undefined },
  ]
  for (const part of bent) expect(readRecord({ ...active, ...part })).toBeUndefined()
})

test('a tombstone is read unchanged', () => {
  const tombstone = tombstoneOf(active, 'sign-out')
  expect(readRecord(tombstone)).toMatchObject({ ...tombstone })
})

test('a token without a value or a time is left out', () => {
  const bent = [{ value: 5 }, { receivedAt: '1' }, { expiresAt: NaN }, { forcedAt: '1' }]
  for (const part of bent) {
    const record = readRecord({ ...active, tokens: { '': { ...token, ...part } } })
    expect(record && 'tokens' in record && Object.keys(record.tokens)).toEqual([])
  }
})

test('a time that is no number counts as missing', () => {
  for (const bent of ['5', NaN, null, {}]) {
    const record = readRecord({ ...active, requestedAt: bent, endsAt: bent })
    expect(record).toMatchObject({ requestedAt: undefined, endsAt: undefined })
  }
  expect(readRecord({ ...active, requestedAt: 5, endsAt: 6 })).toMatchObject({
    requestedAt: 5,
    endsAt: 6,
  })
})

test('a session is stale by its own error, or else by the error of its lease', () => {
  const lease = { attempt: 'x', at: 1, tries: 1, error: timeout }
  expect(toSnapshot({ ...active, lease })).toMatchObject({ stale: timeout })
  expect(toSnapshot({ ...active, lease }, network)).toMatchObject({ stale: network })
})

test('a session is stale while the device is offline, if nothing else is wrong', () => {
  const tab = shown()
  setOnline(false)
  expect(tab.snapshot()).toEqual({ status: 'signed-out', error: undefined })
  tab.adopt(active)
  expect(tab.snapshot()).toMatchObject({ stale: { code: 'network' } })
  tab.adopt({ ...active, version: 2 })
  setOnline(true)
  expect(tab.snapshot()).toMatchObject({ status: 'signed-in', stale: undefined })
})

test('only the end of a visible session by the server is an error', () => {
  const refused = tombstoneOf(active, 'refused')
  const told = (first: Active | undefined, then: typeof refused) => {
    const tab = shown()
    tab.adopt(first)
    tab.adopt(then)
    return tab.snapshot()
  }
  const ended = { status: 'signed-out', error: { code: 'session_ended' } }
  expect(told(active, refused)).toMatchObject(ended)
  expect(told(undefined, refused)).toEqual({ status: 'signed-out', error: undefined })
  expect(told(active, tombstoneOf(active, 'sign-out'))).toEqual({
    status: 'signed-out',
    error: undefined,
  })
})

test('the hint says how a session ended, if that is known', () => {
  const hint = (record: Active, ended: 'refused' | 'expired'): string | undefined => {
    const tab = shown()
    tab.adopt(record)
    tab.adopt(tombstoneOf(record, ended))
    const now = tab.snapshot()
    return now.status === 'signed-out' ? now.error?.hint : undefined
  }
  expect(hint(active, 'refused')).toBeUndefined()
  expect(hint({ ...active, refreshToken: undefined }, 'expired')).toContain('offline_access')
  expect(hint({ ...active, endsAt: 1 }, 'expired')).toContain('maxSession')
})

test('a change of the stored record is noted once', () => {
  const { note, kept } = createNotes()
  const tab = shown(note)
  for (const record of [active, active, tombstoneOf(active, 'expired'), undefined, undefined])
    tab.adopt(record)
  expect(kept.map(({ facts: [holds] }) => holds)).toEqual([true, 'expired', false])
})

test('only the session with the refused id is hidden', () => {
  const tab = shown()
  tab.adopt(active)
  tab.refuseHere(undefined)
  expect(tab.snapshot().status).toBe('signed-in')
  tab.refuseHere('two')
  expect(tab.snapshot().status).toBe('signed-in')
  tab.refuseHere('one')
  tab.adopt(active)
  expect(tab.snapshot().status).toBe('signed-out')
  tab.adopt({ ...active, id: 'two', version: 3 })
  expect(tab.snapshot()).toMatchObject({ status: 'signed-in', id: 'two' })
})
