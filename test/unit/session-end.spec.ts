import { expect } from '@playwright/test'
import type { IDToken } from 'oauth4webapi'
import type { Snapshot, Vault } from '../../src/door.js'
import type { AuthOptions } from '../../src/options.js'
import { expiryOf, sessionEnd } from '../../src/vault/token/session-expiry.js'
import { mapStore, request, signIn, test, type Room } from '../support/vault.js'

const told = (session_expiry: unknown, iat = 1000): number | undefined =>
  expiryOf({ iat, session_expiry } as unknown as IDToken, 5_000_000)

test('the end of a session is measured by the server’s clock', () => {
  expect(told(1060)).toBe(5_060_000)
  expect(told(940)).toBe(4_940_000)
})

test('an end that is no positive number is ignored', () => {
  for (const value of [0, -1, NaN, '1060', null, undefined, {}]) expect(told(value)).toBeUndefined()
  expect(expiryOf(undefined, 1)).toBeUndefined()
})

test('the earliest end counts, and no refresh postpones it', () => {
  expect(sessionEnd({}, { requestedAt: 1000 })).toBeUndefined()
  expect(sessionEnd({ maxSession: 60 }, { requestedAt: 1000 })).toBe(61_000)
  expect(sessionEnd({ maxSession: 60 }, { requestedAt: 1000 }, 50_000)).toBe(50_000)
  expect(sessionEnd({}, { requestedAt: 1000, endsAt: 50_000 }, 70_000)).toBe(50_000)
  expect(sessionEnd({}, { requestedAt: 1000, endsAt: 50_000 }, 40_000)).toBe(40_000)
})

test('maxSession does not end a session whose beginning is unknown', () => {
  expect(sessionEnd({ maxSession: 60 }, {})).toBeUndefined()
})

test('options with an impossible end are refused by the sign-in', async ({ room }) => {
  const wrong: Partial<AuthOptions>[] = [0, -1, NaN].flatMap((seconds) => [
    { maxSession: seconds },
    { idle: { after: seconds } },
  ])
  for (const options of [...wrong, { idle: { after: 60, warn: 60 } }])
    await expect(signIn(room.open(options))).rejects.toMatchObject({ code: 'config' })
})

const { now } = Date

test.afterEach(() => void (Date.now = now))

/** The clocks of all go on by so many seconds. */
const wait = (seconds: number): void => {
  const at = now() + seconds * 1000
  Date.now = () => at
}

/** A user is signed in, and all parts are there. */
async function session(room: Room, options: Partial<AuthOptions>): Promise<Vault> {
  const vault = room.open(options)
  await vault.callback(await signIn(vault))
  await vault.prepare()
  return vault
}

const ended = { code: 'session_ended', hint: expect.stringContaining('maxSession') as unknown }

const shown = ({ facts }: Room): Snapshot | undefined =>
  facts.flatMap((fact) => (fact.type === 'state' ? fact.snapshot : [])).at(-1)

const ofType = ({ server }: Room, grant: string): number =>
  server.requests('token').filter(({ params }) => params['grant_type'] === grant).length

test('no call is sent after the end, even if the token lives', async ({ room }) => {
  room.server.options.accessTokenLifetime = 7200
  const vault = await session(room, { maxSession: 3600 })
  wait(3601)
  const call = vault.fetch(request(`${room.server.issuer}/api/me`))
  await expect(call).rejects.toMatchObject({ code: 'session_ended' })
  expect(shown(room)).toMatchObject({ status: 'signed-out', error: ended })
  expect(ofType(room, 'refresh_token')).toBe(0)
})

test('nothing is renewed after the end', async ({ room }) => {
  const vault = await session(room, { maxSession: 3600 })
  wait(3601)
  await expect(vault.refresh()).rejects.toMatchObject(ended)
  expect(ofType(room, 'refresh_token')).toBe(0)
})

test('a refresh does not postpone the end', async ({ room }) => {
  const vault = await session(room, { maxSession: 3600 })
  wait(3599)
  expect(await vault.refresh()).toMatchObject({ status: 'signed-in' })
  wait(3601)
  await expect(vault.getAccessToken({})).rejects.toMatchObject({ code: 'session_ended' })
})

test('a page that starts after the end is signed out, and revokes the refresh token', async ({
  room,
}) => {
  const store = mapStore()
  await session(room, { maxSession: 3600, store })
  wait(3601)
  const vault = room.open({ store })
  expect(await vault.open(undefined)).toMatchObject({ status: 'signed-out', error: ended })
  await expect.poll(() => room.server.requests('revocation').length).toBe(1)
})

test('a page that was opened with a session ends it in time', async ({ room }) => {
  const store = mapStore()
  await session(room, { maxSession: 3600, store })
  const timers: (() => void)[] = []
  const { setTimeout: real } = globalThis
  const isLong = (ms = 0): boolean => ms > 3_000_000
  globalThis.setTimeout = ((work: () => void, ms?: number) =>
    isLong(ms) ? timers.push(work) : real(work, ms)) as typeof setTimeout
  try {
    const vault = room.open({ store })
    expect(await vault.open(undefined)).toMatchObject({ status: 'signed-in' })
    await expect.poll(() => timers.length).toBe(1)
    wait(3601)
    timers.pop()?.()
    await expect.poll(() => shown(room)).toMatchObject({ status: 'signed-out', error: ended })
  } finally {
    Object.assign(globalThis, { setTimeout: real })
  }
})

test('a tab that becomes visible after the end ends the session', async ({ room }) => {
  room.server.options.accessTokenLifetime = 7200
  const vault = await session(room, { maxSession: 3600 })
  wait(3601)
  await vault.resume().catch(() => {})
  expect(shown(room)).toMatchObject({ status: 'signed-out', error: ended })
})

test('a session ends when the server said', async ({ room }) => {
  const session_expiry = Math.floor(now() / 1000) + 1800
  Object.assign(room.server.options, {
    claims: { session_expiry },
    idTokenClaims: ['session_expiry'],
  })
  const vault = await session(room, {})
  expect(shown(room)).not.toHaveProperty('user.session_expiry')
  wait(1700)
  expect(await vault.refresh()).toMatchObject({ status: 'signed-in' })
  wait(1810)
  await expect(vault.getAccessToken({})).rejects.toMatchObject({ code: 'session_ended' })
})
