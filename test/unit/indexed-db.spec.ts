import { expect, test } from '@playwright/test'
import { guarded, indexedDbStore, mayExist } from '../../src/vault/indexeddb-store.js'
import { FakeIndexedDb } from '../support/fake-indexed-db.js'

// A database that is late, dead or full: how long it is waited for, and what is said of it.

const { indexedDB: none, setTimeout: wait } = globalThis
const { now } = performance
const never = new Promise<never>(() => {})
let db = new FakeIndexedDb()

test.beforeEach(() => {
  db = new FakeIndexedDb()
  // A deadline comes soon.
  const soon = (work: () => void, ms = 0) => wait(work, ms === 500 ? 5 : ms)
  Object.assign(globalThis, { indexedDB: db.factory, setTimeout: soon })
})

test.afterEach(() => {
  performance.now = now
  Object.assign(globalThis, { indexedDB: none, setTimeout: wait })
})

const open = () => guarded(indexedDbStore(), true)
const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.catch(({ code }: { code: string }) => code)
const names = (): string[] => [...db.kept.keys()]

/** A promise, and what settles it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

test('update() returns the old and the new value, and writes only a change', async () => {
  const store = open()
  expect(await store.update('a', () => ({ b: 1 }))).toEqual([undefined, { b: 1 }])
  expect(await store.get('a')).toEqual({ b: 1 })
  expect(await store.update('a', (kept) => kept)).toEqual([{ b: 1 }, { b: 1 }])
  expect(db.counts).toEqual({ open: 1, put: 1 })
  expect(await store.update('a', () => undefined)).toEqual([{ b: 1 }, undefined])
  expect(await store.get('a')).toBeUndefined()
  expect(db.counts).toEqual({ open: 1, put: 1, delete: 1 })
})

test('asking whether there is a database ends early if there is no answer', async () => {
  expect(await mayExist()).toBe(false)
  await open().get('a')
  expect(await mayExist()).toBe(true)
  for (const databases of [() => never, () => Promise.reject(new Error('denied')), undefined]) {
    Object.assign(globalThis, { indexedDB: { databases } })
    expect(await mayExist()).toBe(true)
  }
})

test('a database that never opens is tried twice, then not for ten seconds', async () => {
  let at = 1
  performance.now = () => at
  for (const call of ['get', 'update'] as const) {
    const store = open()
    const code = call === 'get' ? 'timeout' : 'storage'
    const ask = () => outcome(call === 'get' ? store.get('a') : store.update('a', () => 1))
    db.held.open = never
    db.counts['open'] = 0
    expect(await ask()).toBe(code)
    expect(db.counts['open']).toBe(1)
    delete db.held.open
    // It answers in time: all is forgotten.
    expect(await ask()).not.toBe(code)
    db.held.open = never
    // The connection is there: only a new one would wait.
    db.dead.push('InvalidStateError')
    expect([await ask(), await ask()]).toEqual([code, code])
    delete db.held.open
    expect(await ask()).toBe(code)
    at += 9_999
    expect(await ask()).toBe(code)
    at += 1
    expect(await ask()).not.toBe(code)
  }
})

test('only late reads, and no late writes, mark the database as unanswering', async () => {
  const store = open()
  db.held.get = never
  for (let count = 0; count < 3; count++)
    expect(await outcome(store.update('a', () => 1))).toBe('storage')
  delete db.held.get
  expect(await store.get('a')).toBeUndefined()
  db.held.get = never
  expect([await outcome(store.get('a')), await outcome(store.get('a'))]).toEqual([
    'timeout',
    'timeout',
  ])
  delete db.held.get
  expect(await outcome(store.get('a'))).toBe('timeout')
})

test('nothing is written when a database opens after its caller has given up', async () => {
  const { opened, open: release } = gate()
  db.held.open = opened
  expect(await outcome(open().update('a', () => 1))).toBe('storage')
  release()
  await expect.poll(() => db.counts['abort']).toBe(1)
  expect(db.counts).not.toHaveProperty('put')
})

test('a write that is being committed is waited for once more', async () => {
  const { opened, open: release } = gate()
  db.held.commit = opened
  const store = open()
  // When it is called off it is too late.
  db.hear = (what) => void (what === 'abort' && release())
  expect(await store.update('a', () => 1)).toEqual([undefined, 1])
  db.held.commit = never
  expect(await outcome(store.update('a', () => 2))).toBe('timeout')
})

test('a connection that is dead, or a write that was aborted, is tried once more', async () => {
  const store = open()
  db.dead.push('InvalidStateError')
  expect(await store.update('a', () => 1)).toEqual([undefined, 1])
  expect(db.counts['open']).toBe(2)
  db.aborts = 1
  expect(await store.update('a', () => 2)).toEqual([1, 2])
  expect(names()).toEqual(['pixy-auth'])
  db.dead.push('InvalidStateError', 'InvalidStateError')
  expect(await outcome(store.get('a'))).toBe('storage')
})

test('a foreign database of the same name is left alone, and the next name used', async () => {
  const store = open()
  db.dead.push('NotFoundError')
  await store.update('a', () => 1)
  expect(names()).toEqual(['pixy-auth', 'pixy-auth+'])
  expect(await store.get('a')).toBe(1)
})
