import { expect } from '@playwright/test'
import type { Vault } from '../../src/door.js'
import { change, livingFor } from '../support/changed-records.js'
import { mapStore, signIn, test, type Room } from '../support/vault.js'

// Which token a call gets near its end, and when it is renewed.

const real = { fetch: globalThis.fetch, random: Math.random, now: Date.now }

test.afterEach(() => {
  globalThis.fetch = real.fetch
  Math.random = real.random
  Date.now = real.now
})

interface Page {
  readonly vault: Vault
  /** The token that it holds. */
  readonly held: string
}

/** A page with a session whose token, of 300 s, lives for so many more. */
async function page(room: Room, seconds: number): Promise<Page> {
  const store = mapStore()
  const first = room.open({ store })
  await first.callback(await signIn(first))
  const held = await first.getAccessToken({})
  change(store, livingFor(seconds))
  const vault = room.open({ store })
  await vault.open(undefined)
  Math.random = () => -0.9
  return { vault, held }
}

const down = ({ server }: Room): void =>
  server.fail('token', { status: 500, handled: false }, Infinity)

test('a token in its last seconds is renewed before it is used', async ({ room }) => {
  const { vault, held } = await page(room, 5)
  const token = await vault.getAccessToken({})
  expect(token).not.toBe(held)
  expect(room.server.verify(token)).toBeDefined()
})

test('a token in its last seconds is used if the refresh fails', async ({ room }) => {
  const { vault, held } = await page(room, 9)
  down(room)
  expect(await vault.getAccessToken({})).toBe(held)
})

test('a token that expired while its refresh failed is not used', async ({ room }) => {
  const { vault } = await page(room, 9)
  down(room)
  globalThis.fetch = (...request) => {
    Date.now = () => real.now() + 20_000
    return real.fetch(...request)
  }
  await expect(vault.getAccessToken({})).rejects.toMatchObject({ code: 'server_error' })
})

test('a token near its end is used while it is renewed, even if that fails', async ({ room }) => {
  const { vault, held } = await page(room, 20)
  down(room)
  expect(await vault.getAccessToken({})).toBe(held)
  const stale = { status: 'signed-in', stale: { code: 'server_error' } }
  await expect.poll(() => room.facts.at(-1)).toMatchObject({ snapshot: stale })
  room.server.heal()
})

test('a release for another audience does not use the tokens of the session', async ({ room }) => {
  const store = mapStore()
  const open = (audience: string): Vault => room.open({ store, params: { audience } })
  const before = open('https://one.example/')
  await before.callback(await signIn(before))
  expect(await before.getAccessToken({})).not.toBe('')
  const after = open('https://two.example/')
  await after.open(undefined)
  const refused = { code: 'insufficient_scope', hint: expect.stringContaining('audience') }
  await expect(after.getAccessToken({})).rejects.toMatchObject(refused)
  expect(room.server.refreshTokenUses).toEqual([])
})
