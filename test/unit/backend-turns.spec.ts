import { expect } from '@playwright/test'
import { placeInStore } from '../../src/backend/place-in-store.js'
import type { Place } from '../../src/backend/place.js'
import { createSave } from '../../src/backend/save.js'
import { createSeal } from '../../src/backend/seal.js'
import type { BackendSession } from '../../src/backend/sessions.js'
import { entriesOf } from '../../src/backend/store.js'
import { outcomes, refusalOf, secret, signedIn, test } from '../support/backend.js'
import { SharedStore, twoProcesses } from '../support/shared-store.js'

const session = (version: number): BackendSession => ({
  v: 1,
  id: 'one',
  version,
  endsAt: Date.now() + 3_600_000,
  session: {} as BackendSession['session'],
  user: {},
  identity: undefined,
  idToken: undefined,
  refreshToken: 'r',
  tokens: {},
})

/** A process that shares the store: its own requests can be held up. */
function processAt(store: SharedStore) {
  const held: (() => void)[] = []
  const own = {
    isHeld: false,
    get: (key: string) => store.get(key),
    async set(key: string, value: string, ttl: number) {
      if (own.isHeld) await new Promise<void>((go) => held.push(go))
      return store.set(key, value, ttl)
    },
    delete: (key: string) => store.delete(key),
    add: store.add?.bind(store),
  }
  const place = placeInStore(createSeal([secret], 'a client'), entriesOf(own, 'pixy-auth', 60_000))
  const claim = (version = 1): Promise<boolean> => place.claim(session(version))
  return { own, held, claim, place }
}

const counted = (claims: boolean[]): number => claims.filter(Boolean).length

for (const atomic of [true, false])
  test(`of many processes one has the turn, ${atomic ? 'with' : 'without'} \`add\``, async () => {
    const store = new SharedStore({ atomic })
    const processes = Array.from({ length: 8 }, () => processAt(store))
    const claims = await Promise.all(processes.map(({ claim }) => claim()))
    expect(counted(claims)).toBe(1)
    // It has it until the session changes.
    expect(counted(await Promise.all(processes.map(({ claim }) => claim())))).toBe(0)
    expect(counted(await Promise.all(processes.map(({ claim }) => claim(2))))).toBe(1)
  })

test('a process whose entry comes late has no turn', async () => {
  const store = new SharedStore({ atomic: false })
  const [slow, quick] = [processAt(store), processAt(store)]
  // It has seen that there is no entry.
  slow.own.isHeld = true
  const late = slow.claim()
  await expect.poll(() => slow.held.length).toBe(1)
  expect(await quick.claim()).toBe(true)
  slow.held[0]?.()
  expect(await late).toBe(false)
})

test('a process whose entry was replaced has no turn', async () => {
  const store = new SharedStore({ atomic: false })
  const [first, second] = [processAt(store), processAt(store)]
  second.own.isHeld = true
  const both = [second.claim()]
  await expect.poll(() => second.held.length).toBe(1)
  both.push(first.claim())
  await expect.poll(() => store.keys('turn').length).toBe(1)
  // Just in time, or late on a busy machine: two never have it.
  second.held[0]?.()
  expect(counted(await Promise.all(both))).toBeLessThanOrEqual(1)
  expect(await both[1]).toBe(false)
})

test('a late write does not replace a newer one', async () => {
  const store = new SharedStore({ atomic: true })
  const [slow, quick] = [processAt(store), processAt(store)]
  let isFirst = true
  store.before = (method) => {
    if (method !== 'set' || !isFirst) return
    isFirst = false
    throw new Error('reset')
  }
  const saved = slow.place.save(session(2))
  await expect.poll(() => isFirst).toBe(false)
  await quick.place.save({ ...session(2), refreshToken: 'newer' })
  await saved
  const { session: found } = await slow.place.reload(session(1))
  expect(found?.refreshToken).toBe('newer')
})

for (const atomic of [true, false])
  test(`a turn outlives its refresh by seconds, ${atomic ? 'with' : 'without'} \`add\``, async () => {
    const store = new SharedStore({ atomic })
    const { own, claim } = processAt(store)
    const { set, add } = own
    const lifetimes: number[] = []
    own.set = (key, value, ttl) => {
      lifetimes.push(ttl)
      return set(key, value, ttl)
    }
    own.add =
      add &&
      ((key, value, ttl) => {
        lifetimes.push(ttl)
        return add(key, value, ttl)
      })
    await claim()
    // A token request may take 45 seconds: until then its refresh token is in use.
    const [lifetime] = lifetimes
    expect(lifetime).toBeGreaterThan(45_000)
    expect(lifetime).toBeLessThanOrEqual(60_000)
  })

for (const atomic of [true, false])
  test(`a process asks for the server’s metadata before its turn, ${atomic ? 'with' : 'without'} \`add\``, async ({
    world,
  }) => {
    const store = new SharedStore({ atomic })
    const [first, second] = twoProcesses(world, store)
    world.backend = first
    const browser = await signedIn(world)
    const happened: string[] = []
    store.before = (method, key) => {
      if (/add|set/.test(method) && key.includes(':turn:')) happened.push('turn')
    }
    const { fetch } = globalThis
    globalThis.fetch = async (input, init) => {
      const answer = await fetch(input, init)
      const { pathname } = new URL(input instanceof Request ? input.url : String(input))
      if (pathname.includes('well-known')) happened.push('metadata')
      if (pathname.endsWith('/token') && pathname !== '/auth/token') happened.push('tokens')
      return answer
    }
    world.backend = second
    try {
      expect((await browser.call('session', { refresh: true })).status).toBe(200)
    } finally {
      globalThis.fetch = fetch
    }
    expect(happened.slice(0, 3)).toEqual(['metadata', 'turn', 'tokens'])
  })

test('tokens are saved before the keys for their ID token arrive', async ({ world }) => {
  const store = new SharedStore({ atomic: true })
  const [first, second] = twoProcesses(world, store, { verifySignature: true })
  world.backend = first
  const browser = await signedIn(world)
  await world.server.rotateKeys()
  world.server.fail('jwks', { hang: true })
  const slow = browser.call('session', { refresh: true })
  const asked = world.server.requests('jwks').length
  await expect.poll(() => world.server.requests('jwks').length).toBe(asked + 1)
  // They took longer than the turn.
  store.expire('turn')
  world.backend = second
  expect((await browser.call('session', { refresh: true })).status).toBe(200)
  world.server.heal()
  await slow
  expect(outcomes(world)).toEqual(['rotated', 'rotated'])
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
})

test('a signature that is wrong at a refresh ends the session', async ({ world }) => {
  world.deploy({ verifySignature: true })
  const browser = await signedIn(world)
  world.server.fail('token', {
    body: (json) => ({ ...json, id_token: String(json['id_token']).replace(/.{6}$/, 'AAAAAA') }),
  })
  const answer = await browser.call('session', { refresh: true })
  expect(await refusalOf(answer)).toEqual([502, 'invalid_id_token'])
  expect(world.server.requests('revocation').length).toBeGreaterThan(0)
  expect(await browser.json('session')).toEqual({ status: 'signed-out' })
})

test('tokens that the store did not take are saved later without a request', async ({ world }) => {
  const store = new SharedStore({ atomic: true })
  const [first, second] = twoProcesses(world, store)
  const browser = await signedIn(world)
  const [entry = ''] = store.keys('session')
  const before = store.entries.get(entry)
  store.before = (method, key) => {
    if (method === 'set' && key.includes(':session:')) throw new Error('full')
  }
  world.backend = first
  const { status } = await browser.call('session', { refresh: true })
  expect([status, store.entries.get(entry)]).toEqual([200, before])
  store.before = () => {}
  await expect.poll(() => store.entries.get(entry)).not.toEqual(before)
  store.expire('turn')
  world.backend = second
  await browser.json('session', { refresh: true })
  expect(outcomes(world)).toEqual(['rotated', 'rotated'])
})

test('a save that is repeated later does not replace newer tokens', async () => {
  const rows = [
    [{ session: session(3) }, false],
    [{}, false],
    [{ session: session(1) }, true],
    [{ isMissing: true }, true],
  ] as const
  const tryRow = async ([stored, isSaved]: (typeof rows)[number]): Promise<void> => {
    const saved: number[] = []
    let asked = 0
    const place = {
      async save({ version }: BackendSession) {
        saved.push(version)
        if (asked === 0) throw new Error('full')
      },
      async reload() {
        asked++
        return stored
      },
    } as Partial<Place> as Place
    await createSave(place, (one) => one)(session(2))
    await expect.poll(() => asked).toBe(1)
    expect(saved, JSON.stringify(stored)).toEqual(isSaved ? [2, 2] : [2])
  }
  // Each waits for the pause before it tries again.
  await Promise.all(rows.map(tryRow))
})
