import { expect } from '@playwright/test'
import type { Store } from '../../src/options.js'
import { disk } from '../support/disk.js'
import { mapStore, signIn, test } from '../support/vault.js'
import { restoreNavigator, setLocks } from '../support/web-locks.js'

// A Web Lock shows that the tab of an attempt lives; the attempt goes on without one.

const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout }
const { now } = Date

test.beforeEach(() => {
  // The waits for a lock (four times 500 ms) and for a store that failed are short.
  const soon = (work: () => void, ms = 0) =>
    real.setTimeout(work, [500, 1000, 2000].includes(ms) ? 10 : ms)
  globalThis.setTimeout = soon as typeof setTimeout
})

test.afterEach(() => {
  Object.assign(globalThis, real)
  Date.now = now
  restoreNavigator()
})

for (const [way, what, isUnlocked] of [
  ['works', 'granted', false],
  ['refused', 'refused', true],
  ['never', 'not granted for long', true],
] as const)
  test(`a refresh goes on if its Web Lock is ${what}`, async ({ room }) => {
    const { names } = setLocks(way)
    const leases: unknown[] = []
    const inner = mapStore()
    const store: Store = {
      get: inner.get,
      async update(key, fn) {
        const written = await inner.update(key, fn)
        const { lease } = Object(written[1]) as { lease?: { unlocked?: boolean } }
        if (lease) leases.push(lease.unlocked)
        return written
      },
    }
    const vault = room.open({ store })
    await vault.callback(await signIn(vault))
    await vault.refresh()
    expect(leases).toEqual([isUnlocked])
    expect(room.server.refreshTokenUses).toHaveLength(1)
    await expect.poll(names).toBe('')
  })

test('an attempt keeps its Web Lock until the store has the new tokens', async ({ room }) => {
  const { names } = setLocks()
  const { store, fill, empty } = disk()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  globalThis.fetch = (...request) => {
    fill()
    return real.fetch(...request)
  }
  await vault.refresh()
  expect(names()).toContain('pixy-auth:')
  await empty()
  await expect.poll(names).toBe('')
})

test('an attempt that sent nothing keeps its Web Lock until the store knows', async ({ room }) => {
  const { names } = setLocks()
  const inner = mapStore()
  let isBroken = false
  const store: Store = {
    get: inner.get,
    async update(key, fn) {
      const written = await inner.update(key, fn)
      if (isBroken) throw new Error('No answer.')
      return written
    },
  }
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  isBroken = true
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'storage' })
  expect(names()).toContain('pixy-auth:')
  isBroken = false
  await expect.poll(names).toBe('')
  expect(room.server.refreshTokenUses).toEqual([])
})

test('a tab that froze right after it got its lease asks for another', async ({ room }) => {
  setLocks()
  const attempts = new Set<unknown>()
  const inner = mapStore()
  const store: Store = {
    get: inner.get,
    async update(key, fn) {
      const written = await inner.update(key, fn)
      const { lease } = Object(written[1]) as { lease?: { attempt: string } }
      // Its request must leave within five seconds.
      if (lease && attempts.size === 0) Date.now = () => now() + 6000
      if (lease) attempts.add(lease.attempt)
      return written
    },
  }
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  await vault.refresh()
  expect(attempts.size).toBe(2)
  expect(room.server.refreshTokenUses).toHaveLength(1)
})
