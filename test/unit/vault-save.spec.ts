import { expect } from '@playwright/test'
import type { Vault } from '../../src/door.js'
import { answeredStore, fails, never } from '../support/answered-store.js'
import { signIn, test, type Room } from '../support/vault.js'

// Where a store fails in the very moment in which tokens come, and which of two records counts then.

const real = { fetch: globalThis.fetch, setTimeout: globalThis.setTimeout }
let pauses: (() => void)[] = []
let quarter = 10

test.beforeEach(() => {
  pauses = []
  quarter = 10
  // A store's deadline comes soon; it is tried again when the test says so.
  const soon = (work: () => void, ms = 0) =>
    ms === 2000 ? pauses.push(work) : real.setTimeout(work, ms === 500 ? quarter : ms)
  globalThis.setTimeout = soon as typeof setTimeout
})

test.afterEach(() => void Object.assign(globalThis, real))

const tryAgain = (): void => pauses.splice(0).forEach((work) => work())

type Answered = ReturnType<typeof answeredStore>

/** A user is signed in, and the store. */
async function session(room: Room): Promise<Answered & { vault: Vault }> {
  const kept = answeredStore()
  const vault = room.open({ store: kept.store })
  await vault.callback(await signIn(vault))
  return { ...kept, vault }
}

/** Do something with the store when the answer to a refresh comes. */
async function refreshWhile(vault: Vault, work: () => void): Promise<void> {
  globalThis.fetch = async (...given) => {
    const answer = await real.fetch(...given)
    work()
    return answer
  }
  await vault.refresh().finally(() => Object.assign(globalThis, { fetch: real.fetch }))
}

const uses = ({ server }: Room): number => server.refreshTokenUses.length
const refreshed = (vault: Vault): Promise<string> =>
  vault.refresh().then(
    ({ status }) => status,
    ({ code }: { code: string }) => code,
  )

test('a session is renewed in memory while the store fails', async ({ room }) => {
  const { vault, by } = await session(room)
  await refreshWhile(vault, () => Object.assign(by, { get: fails, update: fails }))
  expect(await refreshed(vault)).toBe('signed-in')
  let count = 0
  by.update = () => ((count += 1), fails())
  tryAgain()
  await expect.poll(() => pauses.length).toBeGreaterThan(0)
  expect(count).toBe(1)
  expect(await refreshed(vault)).toBe('signed-in')
  expect(uses(room)).toBe(3)
})

test('while a save hangs, the refresh token in memory is not presented', async ({ room }) => {
  const { vault, by } = await session(room)
  await refreshWhile(vault, () => Object.assign(by, { get: fails, update: fails }))
  by.update = () => never
  tryAgain()
  await expect.poll(() => pauses.length).toBeGreaterThan(0)
  expect(await refreshed(vault)).toBe('storage')
  expect(uses(room)).toBe(1)
})

test('later tokens replace those that were written late', async ({ room }) => {
  const { vault, by, inner, session: stored, heal } = await session(room)
  let write = async (): Promise<unknown> => undefined
  await refreshWhile(vault, () => {
    by.update = (key, fn) => {
      fn(structuredClone(inner.records.get(key)))
      write = () => inner.update(key, fn)
      return never
    }
  })
  // The store can be read, and does not hold them: they did not come through until now.
  by.update = fails
  expect(await refreshed(vault)).toBe('signed-in')
  await write()
  const late = stored()?.refreshToken
  heal()
  tryAgain()
  await expect.poll(() => stored()?.refreshToken).not.toBe(late)
  expect(await refreshed(vault)).toBe('signed-in')
  expect(room.server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual([
    'rotated',
    'rotated',
    'rotated',
  ])
})

for (const version of [1, 9])
  test(`tokens that were written late (version ${version}) keep the lease of another tab`, async ({
    room,
  }) => {
    const { vault, by, inner, edit, session: stored } = await session(room)
    let late: Promise<unknown> | undefined
    await refreshWhile(vault, () => {
      by.update = (key, fn) => {
        late = inner.update(key, () => fn(structuredClone(inner.records.get(key))))
        return never
      }
      // It can be read when the write has come through, and not before.
      by.get = fails
    })
    await late
    const lease = { attempt: 'other', at: Date.now(), tries: 0 }
    edit({ version, lease })
    let isTold = false
    by.get = inner.get
    by.update = (key, fn) => inner.update(key, fn).finally(() => (isTold = true))
    tryAgain()
    await expect.poll(() => isTold).toBe(true)
    expect(stored()).toMatchObject({ lease })
    expect(stored()?.version).toBeGreaterThanOrEqual(version)
  })

test('later tokens have a later version than what they replace', async ({ room }) => {
  const { vault, by, edit, session: stored, heal } = await session(room)
  const before = stored()?.refreshToken
  await refreshWhile(vault, () => Object.assign(by, { get: fails, update: fails }))
  edit({ version: 50 })
  heal()
  tryAgain()
  await expect.poll(() => stored()?.refreshToken).not.toBe(before)
  expect(stored()).toMatchObject({ version: 51 })
})

test('unsaved tokens are used, even if the refresh token is the same', async ({ room }) => {
  const { vault, by, inner } = await session(room)
  room.server.fail('token', { body: (json) => ({ ...json, refresh_token: undefined }) })
  const before = await vault.getAccessToken({})
  await refreshWhile(vault, () => {
    by.update = (key, fn) => (fn(inner.records.get(key)), fails())
  })
  expect(await vault.getAccessToken({})).not.toBe(before)
})

test('an unsaved sign-in is not mistaken for one of another tab', async ({ room }) => {
  const { store, by, inner } = answeredStore()
  const vault = room.open({ store })
  const url = await signIn(vault)
  by.update = async (key, fn) => {
    const mine = fn(undefined) as object
    inner.records.set(key, { ...mine, id: 'other', user: { sub: 'user-2' }, requestedAt: 1 })
    return fails()
  }
  const finished = await vault.callback(url)
  expect(finished).toMatchObject({ snapshot: { user: { sub: 'user-1' } }, undeleted: '!other' })
})

test('a sign-in that was written late does not report itself as undeleted', async ({ room }) => {
  const { store, by, inner, edit, session: stored } = answeredStore()
  const vault = room.open({ store })
  const url = await signIn(vault)
  by.update = async (key, fn) => {
    await inner.update(key, fn)
    // Another tab has read it, and changed it.
    edit({ version: 7 })
    return never
  }
  const finished = await vault.callback(url)
  expect(finished).toMatchObject({ snapshot: { status: 'signed-in', id: stored()?.id } })
  expect(finished?.undeleted).toBeUndefined()
})

test('a save that the store refuses is dropped if another tab renewed the session', async ({
  room,
}) => {
  const { vault, by, inner, edit, session: stored, heal } = await session(room)
  await refreshWhile(vault, () => void (by.update = fails))
  const [token] = Object.entries(stored()?.tokens ?? {}).map(([, one]) => one)
  edit({ refreshToken: 'later', version: 99, tokens: { '': { ...token, value: 'later' } } })
  let answer = (): void => {}
  const held = new Promise<void>((resolve) => (answer = resolve))
  let isAsked = false
  by.update = async (key, fn) => {
    isAsked = true
    await held
    return inner.update(key, fn)
  }
  quarter = 60_000
  tryAgain()
  await expect.poll(() => isAsked).toBe(true)
  expect(await refreshed(vault)).toBe('signed-in')
  heal()
  answer()
  await expect.poll(() => vault.getAccessToken({})).toBe('later')
})

test('a sign-out without a message ends a session without a refresh token', async ({ room }) => {
  const { BroadcastChannel: channel } = globalThis
  globalThis.BroadcastChannel = undefined as unknown as typeof channel
  try {
    const { store, by, inner, session: stored, heal } = answeredStore()
    const vault = room.open({ store, scope: 'openid' })
    const url = await signIn(vault)
    // It is written, and this tab can find out nothing of that.
    by.update = (key, fn) => inner.update(key, fn).then(() => never)
    by.get = () => never
    await vault.callback(url)
    const other = room.open({ store: inner })
    await other.open(undefined)
    await other.signOut({ local: true })
    heal()
    tryAgain()
    await expect.poll(() => vault.open(undefined)).toMatchObject({ status: 'signed-out' })
    expect(stored()).toMatchObject({ ended: 'sign-out' })
  } finally {
    globalThis.BroadcastChannel = channel
  }
})
