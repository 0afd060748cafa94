import { expect } from '@playwright/test'
import { createNotes } from '../../src/vault/notes.js'
import type { CallbackResult } from '../../src/door.js'
import type { VaultContext } from '../../src/vault/context.js'
import { signOut } from '../../src/vault/sign-in/sign-out.js'
import { claimForTab } from '../../src/vault/refresh/acquire.js'
import { mapStore, signIn, test, type Room } from '../support/vault.js'

// What is stored after a session, and about tokens that were presented.

test('the record of a refused session keeps its id, and no secret', async ({ room }) => {
  const store = mapStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  room.server.fail('token', { status: 400, body: '{"error":"invalid_grant"}' })
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'session_ended' })
  const kept = JSON.stringify([...store.records])
  expect(kept).toContain('"ended":"refused"')
  for (const secret of room.server.secrets) expect(kept).not.toContain(secret)
})

test('a sign-out in another tab during a sign-in counts, even without a message', async ({
  room,
}) => {
  const { BroadcastChannel: channel } = globalThis
  globalThis.BroadcastChannel = undefined as unknown as typeof channel
  try {
    const store = mapStore()
    const first = room.open({ store })
    await first.callback(await signIn(first))
    const url = await signIn(first)
    room.server.fail('token', { delay: 60_000 })
    const finishing = first.callback(url)
    await expect.poll(() => room.server.requests('token')).toHaveLength(2)
    const second = room.open({ store })
    await second.open(undefined)
    await second.signOut({ local: true })
    room.server.heal()
    expect(await finishing).toMatchObject({ snapshot: { status: 'signed-out' } })
    // The tokens that came for it are good for nothing.
    expect(room.server.requests('revocation')).toHaveLength(1)
  } finally {
    globalThis.BroadcastChannel = channel
  }
})

test('a session without a refresh token ends with its token', async ({ room }) => {
  const store = mapStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  for (const [key, record] of store.records) {
    const { refreshToken: _, ...rest } = record as {
      tokens?: { ''?: object }
      refreshToken: string
    }
    if (!rest.tokens) continue
    const over = { ...rest.tokens[''], expiresAt: Date.now() - 1 }
    store.records.set(key, { ...rest, tokens: { '': over } })
  }
  expect(await room.open({ store }).open(undefined)).toMatchObject({ status: 'signed-out' })
  expect(JSON.stringify([...store.records])).toContain('"ended"')
})

test('a stored token whose times are not numbers is renewed', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.callback(await signIn(first))
  const key = [...store.records.keys()].find((name) => name.includes(':session:')) ?? ''
  for (const time of ['receivedAt', 'expiresAt', 'forcedAt'])
    for (const value of [1n, `${Date.now() + 1e6}`, NaN]) {
      const record = store.records.get(key) as { tokens: { '': { value: string } } }
      store.records.set(key, {
        ...record,
        tokens: { '': { ...record.tokens[''], [time]: value } },
      })
      const vault = room.open({ store })
      await vault.open(undefined)
      const token = await vault.getAccessToken({})
      expect(room.server.verify(token), time).toBeDefined()
      expect(token, time).not.toBe(record.tokens[''].value)
    }
})

test('the last hundred presented tokens are recorded as hashes', async () => {
  const shared = mapStore()
  for (let i = 0; i < 120; i++) expect(await claimForTab(shared, `TOKEN-${i}`, `${i}`)).toBe(true)
  expect(await claimForTab(shared, 'TOKEN-119', 'another')).toBe(false)
  const kept = JSON.stringify([...shared.records])
  expect(kept).not.toContain('TOKEN')
  expect(kept.match(/"attempt"/g)).toHaveLength(100)
})

test('DPoP nonces are forgotten with the session', async () => {
  let forgotten = 0
  const context = {
    config: { dpop: true, key: 'a' },
    notes: createNotes(),
    sharedStore: mapStore(),
    tabStore: mapStore(),
    dpop: async () => ({ forgetNonces: () => void forgotten++ }),
  }
  await signOut(
    context as unknown as VaultContext,
    undefined,
    Promise.resolve({ before: undefined, isSaved: true }),
    { local: true },
  )
  expect(forgotten).toBe(1)
})

/** Finish a sign-in whose tokens come when something else has happened. */
async function whileTokensCome<T>(
  { server }: Room,
  finish: () => Promise<CallbackResult | undefined>,
  work: () => Promise<T>,
): Promise<[CallbackResult | undefined, T]> {
  const { fetch } = globalThis
  const before = server.requests('token').length
  let thaw = (): void => {}
  const thawed = new Promise<void>((resolve) => (thaw = resolve))
  globalThis.fetch = async (...request) => {
    const response = await fetch(...request)
    await thawed
    return response
  }
  const finished = finish()
  await expect.poll(() => server.requests('token').length).toBe(before + 1)
  globalThis.fetch = fetch
  const done = await work()
  thaw()
  return [await finished, done]
}

test('a sign-in that finishes late does not replace a later one', async ({ room }) => {
  const store = mapStore()
  const [frozen, other] = [room.open({ store }), room.open({ store })]
  const [late, soon] = [await signIn(frozen), await signIn(other)]
  const [first, second] = await whileTokensCome(
    room,
    () => frozen.callback(late),
    () => other.callback(soon),
  )
  const id = second?.snapshot.id
  expect(first).toMatchObject({ snapshot: { status: 'signed-in', id } })
  expect(JSON.stringify([...store.records.values()])).toContain(id)
})

test('a sign-in replaces the session before it, even if the clock was set back', async ({
  room,
}) => {
  const store = mapStore()
  const vault = room.open({ store })
  const before = await vault.callback(await signIn(vault))
  for (const [key, record] of store.records)
    if (key.includes(':session:'))
      store.records.set(key, Object.assign({}, record, { requestedAt: Date.now() + 3_600_000 }))
  const after = await vault.callback(await signIn(vault))
  expect(after?.snapshot.status).toBe('signed-in')
  expect(after?.snapshot.id).not.toBe(before?.snapshot.id)
})

test('a sign-out during the code exchange counts without a session before it', async ({ room }) => {
  const vault = room.open()
  const url = await signIn(vault)
  const [finished] = await whileTokensCome(
    room,
    () => vault.callback(url),
    () => vault.signOut({}),
  )
  expect(finished).toMatchObject({ snapshot: { status: 'signed-out' } })
  expect(room.server.requests('revocation')).toHaveLength(1)
})

test('a user who has signed out can sign in again', async ({ room }) => {
  const store = mapStore()
  const vault = room.open({ store })
  await vault.callback(await signIn(vault))
  await vault.signOut({})
  const page = room.open({ store })
  await page.open('')
  const finished = await page.callback(await signIn(page))
  expect(finished).toMatchObject({ snapshot: { status: 'signed-in' } })
})
