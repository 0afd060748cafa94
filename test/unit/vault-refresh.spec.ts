import { expect } from '@playwright/test'
import type { Vault } from '../../src/door.js'
import type { AuthOptions, Store } from '../../src/options.js'
import { change, livingFor } from '../support/changed-records.js'
import { brittleStore, mapStore, signIn, test, type Room } from '../support/vault.js'

// What a refresh asks the server for, how often, and what the state says when it fails.

const real = { random: Math.random, now: performance.now }

/** A user is signed in; the pauses between two attempts are short from now on. */
async function open(room: Room, options: Partial<AuthOptions> = {}): Promise<Vault> {
  const vault = room.open(options)
  await vault.callback(await signIn(vault))
  Math.random = () => -0.9
  return vault
}

test.afterEach(() => {
  Math.random = real.random
  performance.now = real.now
})

const refreshes = ({ server }: Room): Readonly<Record<string, string>>[] =>
  server
    .requests('token')
    .map(({ params }) => params)
    .filter((params) => params['grant_type'] === 'refresh_token')

const shown = ({ facts }: Room): unknown =>
  facts.flatMap((fact) => (fact.type === 'state' ? fact.snapshot : [])).at(-1)

test('a refresh that fails once is repeated for the same call', async ({ room }) => {
  const vault = await open(room)
  room.server.fail('token', { status: 500, handled: false })
  expect(await vault.refresh()).toMatchObject({ status: 'signed-in', stale: undefined })
  expect(refreshes(room)).toHaveLength(2)
})

test('after two failures the session is stale, and a later call tries again', async ({ room }) => {
  const store = mapStore()
  await open(room, { store })
  change(store, livingFor(-1))
  const vault = room.open({ store })
  await vault.open(undefined)
  room.server.fail('token', { status: 500, handled: false }, Infinity)
  await expect(vault.getAccessToken({})).rejects.toMatchObject({ code: 'server_error' })
  expect(refreshes(room)).toHaveLength(2)
  expect(shown(room)).toMatchObject({ status: 'signed-in', stale: { code: 'server_error' } })
})

test('a call does not wait out a long Retry-After', async ({ room }) => {
  const vault = await open(room)
  room.server.fail('token', { status: 429, headers: { 'retry-after': '30' } })
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'rate_limited' })
  expect(refreshes(room)).toHaveLength(1)
})

test('a refusal of a token for another scope does not make the session stale', async ({ room }) => {
  const vault = await open(room)
  room.server.fail('token', { status: 400, body: () => ({ error: 'access_denied' }) }, Infinity)
  // Two calls at once are one request.
  const calls = [1, 2].map(() => vault.getAccessToken({ scope: 'admin' }))
  for (const call of calls)
    await expect(call).rejects.toMatchObject({ code: 'interaction_required' })
  expect(refreshes(room)).toHaveLength(1)
  expect(shown(room)).toMatchObject({ status: 'signed-in', stale: undefined })
})

test('a scope that was not granted is requested again after 30 s or a sign-in', async ({
  room,
}) => {
  const vault = await open(room)
  const ask = async (): Promise<number> => {
    const asked = vault.getAccessToken({ scope: 'admin' })
    await expect(asked).rejects.toMatchObject({ code: 'insufficient_scope' })
    return refreshes(room).length
  }
  expect(await ask()).toBe(1)
  expect(await ask()).toBe(1)
  const later = real.now.call(performance) + 31_000
  performance.now = () => later
  expect(await ask()).toBe(2)
  expect(await ask()).toBe(2)
  await vault.callback(await signIn(vault))
  expect(await ask()).toBe(3)
})

test('a refresh that cannot use its store ends no session', async ({ room }) => {
  const { store, breakDown, recover } = brittleStore()
  const vault = await open(room, { store })
  breakDown()
  await expect(vault.refresh()).rejects.toMatchObject({ code: 'storage' })
  expect(shown(room)).toMatchObject({ status: 'signed-in', stale: { code: 'storage' } })
  recover()
  expect(await vault.refresh()).toMatchObject({ status: 'signed-in', stale: undefined })
})

test('a refresh that fails after a sign-out does not change the state', async ({ room }) => {
  const inner = mapStore()
  let fail: (() => void) | undefined
  let isHeld = false
  const store: Store = {
    get: inner.get,
    update(key, fn) {
      if (!isHeld) return inner.update(key, fn)
      isHeld = false
      return new Promise((_, reject) => (fail = () => reject(new Error('No room.'))))
    },
  }
  const vault = await open(room, { store })
  isHeld = true
  const refreshed = vault.refresh()
  await expect.poll(() => fail).toBeDefined()
  await vault.signOut({ local: true })
  fail?.()
  await expect(refreshed).rejects.toMatchObject({ code: 'storage' })
  expect(shown(room)).toMatchObject({ status: 'signed-out', error: undefined })
})

test('the token of the sign-in is renewed for its own resource', async ({ room }) => {
  const { origin } = new URL(room.server.issuer)
  const release = (resource?: string) => ({ resources: [{ url: `${origin}/api/`, resource }] })
  const [before, after] = ['https://one.example/', 'https://two.example/']
  const asksFor = async (older: object): Promise<unknown> => {
    const store = mapStore()
    await open(room, { store, ...release(before) })
    change(store, () => older)
    const vault = room.open({ store, ...release(after) })
    await vault.open(undefined)
    // The server may refuse to give one for another.
    await vault.refresh().catch(() => {})
    return refreshes(room).at(-1)?.['resource']
  }
  // A later release wants a token for another.
  expect(await asksFor({})).toBe(after)
  // Older records do not say for what they were asked.
  expect(await asksFor({ asked: undefined })).toBe(before)
  expect(await asksFor({ asked: undefined, resource: undefined })).toBe(after)
})

test('a token with a scope of its own names no resource', async ({ room }) => {
  const vault = await open(room)
  await vault.getAccessToken({ scope: 'openid' })
  expect(refreshes(room)).toMatchObject([{ scope: 'openid' }])
  expect(refreshes(room)[0]).not.toHaveProperty('resource')
})
