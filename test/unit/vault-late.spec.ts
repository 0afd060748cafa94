import { expect } from '@playwright/test'
import type { Store } from '../../src/options.js'
import { mapStore, signIn, test } from '../support/vault.js'

// A store that answers after its caller has given up. What it was told may be written all the same.

const real = { setTimeout: globalThis.setTimeout }

test.beforeEach(() => {
  // A store's deadline comes soon (four times 500 ms), and so does each new try.
  const soon = (work: () => void, ms = 0) =>
    real.setTimeout(work, [500, 1000, 2000].includes(ms) ? 10 : ms)
  globalThis.setTimeout = soon as typeof setTimeout
})

test.afterEach(() => void Object.assign(globalThis, real))

type Record = {
  id: string
  refreshToken?: string
  tokens: { [key: string]: { expiresAt: number } }
  lease?: { settled?: boolean }
}

/** A store that takes what it is told; while it is `slow` no caller hears of it. */
function slowStore() {
  const inner = mapStore()
  const state = { writes: false, reads: false }
  const never = new Promise<never>(() => {})
  const store: Store = {
    get: (key) => (state.reads ? never : inner.get(key)),
    update(key, fn) {
      const written = inner.update(key, fn)
      return state.writes && key.includes(':session:') ? never : written
    },
  }
  const session = (): Record =>
    [...inner.records].find(([key]) => key.includes(':session:'))?.[1] as Record
  return { store, inner, state, session }
}

test('a sign-in whose write succeeds late is stored once', async ({ room }) => {
  const { store, state, session } = slowStore()
  const vault = room.open({ store })
  const url = await signIn(vault)
  state.writes = true
  const finished = await vault.callback(url)
  expect(finished).toMatchObject({ snapshot: { status: 'signed-in', id: session().id } })
  // No session is named that the next page has to refuse.
  expect(finished?.undeleted).toBe('')
})

test('no refresh token is presented while a write of it may still succeed', async ({ room }) => {
  const { store, state, session } = slowStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  // The lease is written in time; the tokens are not, and the store cannot be read.
  const fetch = globalThis.fetch
  globalThis.fetch = (...request) => {
    Object.assign(state, { writes: true, reads: true })
    return fetch(...request)
  }
  await vault.refresh()
  globalThis.fetch = fetch
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'storage' })
  expect(room.server.refreshTokenUses).toHaveLength(1)
  Object.assign(state, { writes: false, reads: false })
  const stored = session().refreshToken
  await expect.poll(() => vault.refresh().catch(() => undefined)).toBeDefined()
  const uses = room.server.refreshTokenUses.map(({ refreshToken, outcome }) => [
    refreshToken,
    outcome,
  ])
  expect(uses[1]).toEqual([stored, 'rotated'])
})

test('a lease that was written late is marked as unused', async ({ room }) => {
  const { store, state, session } = slowStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  state.writes = true
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'storage' })
  expect(session().lease).toBeDefined()
  state.writes = false
  await expect.poll(() => session().lease?.settled).toBe(true)
  expect(room.server.refreshTokenUses).toHaveLength(0)
  await vault.refresh()
  expect(room.server.refreshTokenUses).toHaveLength(1)
})

test('a session without a refresh token lasts as long as any of its tokens', async ({ room }) => {
  const { store, inner } = slowStore()
  const { issuer } = room.server
  const resources = [`${issuer}/api/`, { url: `${issuer}/other/`, scope: 'other' }]
  const vault = room.open({ store, resources })
  await vault.callback(await signIn(vault))
  for (const record of inner.records.values())
    Object.assign(record as Record, { refreshToken: undefined })
  await vault.resume()
  const other = vault.getAccessToken({ url: `${issuer}/other/` })
  await expect(other).rejects.toMatchObject({ code: 'interaction_required' })
  expect(await vault.open(undefined)).toMatchObject({ status: 'signed-in' })
})

test('ending a session without a refresh token does not end a new sign-in', async ({ room }) => {
  const { inner, session } = slowStore()
  let isReplaced = false
  const store: Store = {
    get: inner.get,
    async update(key, fn) {
      const written = await inner.update(key, fn)
      // Another tab signs in between two steps of this one.
      if (isReplaced) inner.records.set(key, { ...session(), id: 'other', version: 99 })
      isReplaced = false
      return written
    },
  }
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  for (const token of Object.values(session().tokens)) token.expiresAt = Date.now() - 1
  Object.assign(session(), { refreshToken: undefined })
  isReplaced = true
  await vault.resume().catch(() => {})
  expect(session()).toMatchObject({ id: 'other' })
  expect(session()).not.toHaveProperty('ended')
})

test('other tabs hear of a write that may still succeed', async ({ room }) => {
  const { store, state, session } = slowStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  const line = new BroadcastChannel(`pixy-auth:${room.server.issuer} app`)
  const heard: unknown[] = []
  line.onmessage = ({ data }) => heard.push(data)
  state.writes = true
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'storage' })
  // The lease is stored, and this tab does not know.
  expect(session()).toHaveProperty('lease')
  await expect.poll(() => heard[0]).toBe('changed')
  line.close()
})

for (const [what, fact] of [
  ['a read', 'changed'],
  ['a write', 'sign-out other 1'],
] as const)
  test(`${what} that is answered after later ones shows no old session`, async ({ room }) => {
    Object.assign(globalThis, real)
    const inner = mapStore()
    const asked: string[] = []
    let held: Promise<void> | undefined
    // What is asked while `held` is set is done at once, and answered later.
    const inTurn = async <T>(key: string, work: Promise<T>): Promise<T> => {
      const until = held
      asked.push(key)
      const value = await work
      await until
      return value
    }
    const store: Store = {
      get: (key) => inTurn(key, inner.get(key)),
      update: (key, fn) => inTurn(key, inner.update(key, fn)),
    }
    const vault = room.open({ store })
    await vault.open(undefined)
    let answer = (): void => {}
    held = new Promise((resolve) => (answer = resolve))
    const before = asked.length
    const line = new BroadcastChannel(`pixy-auth:${room.server.issuer} app`)
    line.postMessage(fact)
    await expect.poll(() => asked.length).toBeGreaterThan(before)
    held = undefined
    await vault.callback(await signIn(vault))
    const noticed = (): number => asked.length + room.facts.length
    const after = noticed()
    answer()
    await expect.poll(noticed).toBeGreaterThan(after)
    const shown = room.facts.findLast(({ type }) => type === 'state')
    expect(shown).toMatchObject({ snapshot: { status: 'signed-in' } })
    line.close()
  })
