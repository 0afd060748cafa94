import { expect } from '@playwright/test'
import type { AuthOptions } from '../../src/options.js'
import type { Vault } from '../../src/door.js'
import { NO_REFRESH_TOKEN } from '../../src/vault/shown.js'
import { mapStore, signIn, test, type Room } from '../support/vault.js'

// A session ends by itself, by one timer, though no call is made.

const real = { setTimeout: globalThis.setTimeout, now: Date.now }
let timers: { run: () => void; ms: number }[] = []

test.beforeEach(() => {
  timers = []
  const held = (run: () => void, ms = 0) =>
    ms > 200_000 ? void timers.push({ run, ms }) : real.setTimeout(run, ms)
  globalThis.setTimeout = held as unknown as typeof setTimeout
})

test.afterEach(() => {
  globalThis.setTimeout = real.setTimeout
  Date.now = real.now
})

/** So many seconds go by until the first timer fires. */
function pass(seconds: number): void {
  const at = Date.now() + seconds * 1000
  Date.now = () => at
  timers.shift()?.run()
}

async function session(room: Room, options: Partial<AuthOptions>): Promise<Vault> {
  const vault = room.open(options)
  await vault.callback(await signIn(vault))
  await expect.poll(() => timers.length).toBe(1)
  return vault
}

const shown = ({ facts }: Room): unknown =>
  facts.flatMap((fact) => (fact.type === 'state' ? fact.snapshot : [])).at(-1)

const ended = (hint: string) => ({
  status: 'signed-out',
  error: { code: 'session_ended', hint: expect.stringContaining(hint) as unknown },
})

const refreshes = ({ server }: Room): number =>
  server.requests('token').filter(({ params }) => params['grant_type'] === 'refresh_token').length

test('a session without a refresh token ends with its token, without a call', async ({ room }) => {
  await session(room, { scope: 'openid' })
  expect(Math.round(Number(timers[0]?.ms) / 10_000)).toBe(30)
  pass(301)
  await expect.poll(() => shown(room)).toMatchObject(ended(NO_REFRESH_TOKEN))
  expect([refreshes(room), timers.length]).toEqual([0, 0])
})

test('a session with a refresh token ends at its end', async ({ room }) => {
  await session(room, { maxSession: 3600 })
  expect(Math.round(Number(timers[0]?.ms) / 10_000)).toBe(360)
  pass(3601)
  await expect.poll(() => shown(room)).toMatchObject(ended('maxSession'))
  expect([refreshes(room), timers.length]).toEqual([0, 0])
})

test('one timer watches a session, however often its record is read', async ({ room }) => {
  const vault = await session(room, { maxSession: 3600, store: mapStore() })
  for (let times = 0; times < 3; times++) {
    await vault.open(undefined)
    await vault.refresh()
  }
  expect(timers).toHaveLength(1)
  await vault.callback(await signIn(vault))
  await expect.poll(() => timers.length).toBe(2)
})

test('a timer that fires after a sign-out does nothing', async ({ room }) => {
  const vault = await session(room, { maxSession: 3600 })
  await vault.signOut({ local: true })
  pass(3601)
  await vault.open(undefined)
  expect([refreshes(room), timers.length]).toEqual([0, 0])
})

test('a session whose end comes with a later answer is watched from then on', async ({ room }) => {
  const vault = room.open({ store: mapStore() })
  await vault.callback(await signIn(vault))
  Object.assign(room.server.options, {
    claims: { session_expiry: Math.floor(Date.now() / 1000) + 1800 },
    idTokenClaims: ['session_expiry'],
  })
  await vault.refresh()
  expect(timers).toEqual([])
  await vault.open(undefined)
  await expect.poll(() => timers.length).toBe(1)
})
