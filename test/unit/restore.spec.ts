import { expect } from '@playwright/test'
import { AuthError } from '../../src/errors.js'
import { createRead, current, restore } from '../../src/vault/restore.js'
import type { SessionStore } from '../../src/vault/session.js'
import { memoryStore } from '../../src/vault/memory-store.js'
import { guarded } from '../../src/vault/indexeddb-store.js'
import { active, breakable, shows, test, write } from '../support/sessions.js'
import { mapStore } from '../support/vault.js'

// Reading a store that may be late, broken or empty.

const reading = (outcomes: string[]) => {
  const loads: string[] = []
  const session = {
    load: async () => {
      const outcome = outcomes.shift() ?? ''
      loads.push(outcome)
      if (outcome) throw new AuthError(outcome as 'timeout')
    },
  } as Partial<SessionStore> as SessionStore
  return { loads, read: createRead(session) }
}

test('a store that did not answer is read again, at last in the background', async () => {
  const { setTimeout: wait } = globalThis
  const later: (() => void)[] = []
  const waits: number[] = []
  globalThis.setTimeout = ((work: () => void, ms: number) => {
    waits.push(ms)
    return later.push(work)
  }) as unknown as typeof setTimeout
  try {
    const failing = reading(['storage'])
    await failing.read(1)
    expect(failing.loads).toEqual(['storage'])
    const late = reading(['timeout', 'timeout', 'timeout', 'timeout', ''])
    await late.read(1)
    expect(late.loads).toHaveLength(2)
    await late.read()
    expect([late.loads.length, later.length]).toEqual([3, 1])
    later.pop()?.()
    await Promise.resolve().then(() => {})
    await new Promise((done) => wait(done, 0))
    expect([late.loads.length, later.length]).toEqual([4, 1])
    later.pop()?.()
    await new Promise((done) => wait(done, 0))
    expect([late.loads.length, later.length]).toEqual([5, 0])
    // A store that answers again is read within two seconds.
    expect(waits).toEqual([2000, 2000])
  } finally {
    globalThis.setTimeout = wait
  }
})

for (const [what, refused, record, wanted] of [
  ['stays', undefined, active(), 'signed-in'],
  ['of another id stays', 'two', active(), 'signed-in'],
  ['that was ended is refused', 'one', active(), 'signed-out'],
  ['is refused whichever it is', '*', active(), 'signed-out'],
  ['that is over and can be renewed stays', undefined, active({ tokens: {} }), 'signed-in'],
  [
    'that lives and cannot be renewed stays',
    undefined,
    active({ refreshToken: undefined }),
    'signed-in',
  ],
  [
    'that is over is ended',
    undefined,
    active({ refreshToken: undefined, tokens: {} }),
    'signed-out',
  ],
] as const)
  test(`a session ${what}`, async ({ open }) => {
    const store = mapStore()
    const tab = open(store)
    await write(open(store).session, record)
    const { session } = tab
    await restore(
      { config: {}, session, defaultTokenKey: '' } as never,
      createRead(session),
      refused,
    )
    expect(shows(tab)).toBe(wanted)
  })

test('no database is created to find that there is no session', async ({ open }) => {
  const { indexedDB: real } = globalThis
  try {
    for (const [refused, names, wanted, kind = 'indexeddb'] of [
      [undefined, [], 'signed-out'],
      [undefined, [{ name: 'pixy-auth' }], 'signed-in'],
      // The browser may not name it.
      ['', [], 'signed-in'],
      ['one', [], 'signed-out'],
      // The database says nothing of another store.
      [undefined, [], 'signed-in', 'of the app'],
    ] as const) {
      Object.assign(globalThis, { indexedDB: { databases: async () => names } })
      const store = mapStore()
      const [tab, other] = [open(store), open(store)]
      await write(other.session, active())
      let count = 0
      const read = () => ((count += 1), createRead(tab.session)())
      const context = { config: { store: kind }, session: tab.session, defaultTokenKey: '' }
      await restore(context as never, read, refused)
      expect(shows(tab)).toBe(wanted)
      expect(count).toBe(refused === undefined && wanted === 'signed-out' ? 0 : 1)
      tab.session.close()
      other.session.close()
    }
  } finally {
    Object.assign(globalThis, { indexedDB: real })
  }
})

test('a store that fails counts as signed out if no session was read before', async ({ open }) => {
  const { store, state } = breakable()
  const tab = open(store)
  expect(await current({ session: tab.session } as never)).toBe(undefined)
  await write(open(store).session, active())
  expect(await current({ session: tab.session } as never)).toMatchObject({ id: 'one' })
  state.isBroken = true
  expect(await current({ session: tab.session } as never)).toMatchObject({ id: 'one' })
  expect(await current({ session: open(store).session } as never)).toBe(undefined)
})

test('a store of the app has two seconds, and its failures are storage errors', async () => {
  const broken = guarded({
    get: () => Promise.reject(new TypeError('of the app')),
    update: () => {
      throw new TypeError('of the app')
    },
  })
  await expect(broken.get('a')).rejects.toMatchObject({ code: 'storage' })
  await expect(broken.update('a', () => 1)).rejects.toMatchObject({ code: 'storage' })
  const late = guarded({ get: () => new Promise(() => {}), update: () => new Promise(() => {}) })
  await expect(late.get('a')).rejects.toMatchObject({ code: 'timeout' })
})

test('the memory store returns copies, and can delete', async () => {
  const store = memoryStore()
  const record = { a: [1] }
  expect(await store.update('name', () => record)).toEqual([undefined, record])
  record.a.push(2)
  expect(await store.get('name')).toEqual({ a: [1] })
  expect(await store.update('name', () => undefined)).toEqual([{ a: [1] }, undefined])
  expect(await store.get('name')).toBe(undefined)
})
