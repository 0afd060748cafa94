import { expect } from '@playwright/test'
import { createNotes } from '../../src/vault/notes.js'
import * as fc from 'fast-check'
import { isAuthError } from '../../src/errors.js'
import type { Store } from '../../src/options.js'
import { createClock } from '../../src/vault/clock.js'
import type { VaultContext } from '../../src/vault/context.js'
import { claimForTab } from '../../src/vault/refresh/acquire.js'
import { decide, MAX_WAIT } from '../../src/vault/refresh/lease.js'
import { discover } from '../../src/vault/sign-in/discovery.js'
import { transactions, type Transaction } from '../../src/vault/sign-in/transactions.js'
import type { Active, Token } from '../../src/vault/record.js'
import { resolveConfig } from '../../src/config.js'
import { FakeIndexedDb } from '../support/fake-indexed-db.js'
import { always, bent, cloneable, isUnpolluted } from '../support/fuzz.js'
import { mapStore, signIn, startedAt, test, type Room } from '../support/vault.js'

// Whatever the store holds in place of a record: nothing throws, and the next sign-in repairs it.

/** The server is called directly and not by HTTP, for thousands of vaults use it. */
function near({ server }: Room): void {
  globalThis.fetch = (input, init) => server.fetch(new Request(input, init))
}

const { fetch: real, indexedDB: none } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch: real, indexedDB: none }))

/** A sign-in with a key is kept nowhere else. */
const indexedDb = (): void =>
  void Object.assign(globalThis, { indexedDB: new FakeIndexedDb().factory })

function must(holds: unknown, what: string): void {
  if (!holds) throw new Error(what)
}

/** The value of a call, or the code of its AuthError; any other error is thrown. */
const outcome = <T>(call: Promise<T>): Promise<T | { code: string }> =>
  call.catch((error: unknown) => {
    if (!isAuthError(error)) throw error
    return { code: error.code }
  })

/** The record with another time of its token. */
const withTime = (record: Active, time: string, value: unknown): Active => ({
  ...record,
  tokens: { '': { ...(record.tokens[''] as Token), [time]: value } },
})

const sessionKey = (store: ReturnType<typeof mapStore>): string =>
  [...store.records.keys()].find((name) => name.includes(':session:')) ?? ''

for (const [kind, dpop, runs] of [
  ['record', false, 300],
  ['record with a key', true, 200],
] as const)
  test(`T41: a session’s ${kind} that was tampered with breaks nothing`, async ({ room }) => {
    near(room)
    indexedDb()
    const store = mapStore()
    const first = room.open({ store, dpop })
    await first.callback(await signIn(first))
    const key = sessionKey(store)
    const record = store.records.get(key) as Active
    expect(record.key?.privateKey instanceof CryptoKey).toBe(dpop)
    const other = room.open({ store, clientId: 'other' })
    await other.callback(await signIn(other))
    let used = 0
    await always(
      bent(record),
      async (value) => {
        store.records.set(key, value)
        const vault = room.open({ store, dpop })
        const state = await vault.open(undefined)
        if (state.status === 'signed-in') {
          used++
          must(state.user === Object(state.user), 'The user is not an object.')
          const token = await outcome(vault.getAccessToken({}))
          must(typeof token === 'string' || 'code' in token, `A token is ${typeof token}.`)
        }
        must(isUnpolluted(), 'A prototype was changed.')
        await vault.signOut({ local: true })
        must(
          !JSON.stringify([...store.records], text).includes(record.refreshToken ?? ''),
          'The refresh token stays.',
        )
        const { snapshot } = (await vault.callback(await signIn(vault))) ?? {}
        must(snapshot?.status === 'signed-in', `The next sign-in: ${JSON.stringify(snapshot)}`)
        must((store.records.get(key) as Active).tokens, 'It is not stored.')
        await vault.close()
      },
      runs,
      [
        { ...record, tokens: { '': { ...record.tokens[''], value: undefined } } },
        ...['receivedAt', 'expiresAt', 'forcedAt'].map((time) => withTime(record, time, 1n)),
        { ...record, v: '1' },
        { ...record, key: undefined },
        { ...record, key: { ...record.key, privateKey: {} } },
        { ...record, id: 7 },
        { ...record, version: '1' },
      ],
    )
    expect(used).toBeGreaterThan(20)
    const elsewhere = await room.open({ store, clientId: 'other' }).open(undefined)
    expect(elsewhere.status, 'another client’s session').toBe('signed-in')
    expect(await room.open({ store, clientId: 'third' }).open(undefined)).toMatchObject({
      status: 'signed-out',
    })
  })

const pieces = (context: VaultContext) => ({
  /** A sign-in that was started. */
  started: async (state: string, changes: Partial<Transaction> = {}): Promise<void> =>
    transactions(context).put(state, { ...transaction, createdAt: Date.now(), ...changes }),
  /** The sign-in of that state, taken out of the store. */
  taken: async (state: string) => transactions(context).take(state),
  /** The sign-in that was started last. */
  newest: async () => transactions(context).newest(),
})

const issuer = 'https://id.example'
const server = { issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` }
const transaction = startedAt(issuer)
const config = resolveConfig({ issuer, clientId: 'app', redirectUri: '/' }, 'https://app.example/')

/** A vault's context, with a store that holds this record. */
function holding(name: string, value: unknown): { context: VaultContext; shared: Store } {
  const shared = mapStore()
  shared.records.set(name, value)
  const given = { config, notes: createNotes(), sharedStore: shared, tabStore: mapStore() }
  return { context: given as unknown as VaultContext, shared }
}

test('T41: a tampered list of sign-ins under way does not harm the next one', async () => {
  const pending = Object.fromEntries(
    ['a', 'b', 'c'].map((state) => [state, { ...transaction, createdAt: Date.now() }]),
  )
  await always(
    fc.oneof(bent(pending), cloneable),
    async (value) => {
      const name = `pixy-auth:transactions:${config.key}`
      const { context, shared } = holding(name, value)
      const { started, taken, newest } = pieces(context)
      await outcome(newest())
      await started('mine', { returnTo: '/mine' })
      must(Object.hasOwn((await shared.get(name)) as object, 'mine'), 'It is kept elsewhere.')
      for (const state of ['__proto__', 'constructor', 'unknown'])
        must(!(await taken(state))?.codeVerifier, `${state} is found.`)
      must((await taken('mine'))?.returnTo === '/mine', 'It is not found.')
      must(!(await taken('mine')), 'It is found twice.')
      return isUnpolluted()
    },
    2000,
  )
})

test('T41: tampered marks let a copy of a session be presented once only', async () => {
  const marks = { a: { attempt: 'a', at: 1 }, b: { attempt: 'b', at: 2 } }
  await always(
    fc.oneof(bent(marks), cloneable),
    async (value) => {
      const { shared } = holding('pixy-auth:presented', value)
      must(await claimForTab(shared, 'token', 'one'), 'The first may not present it.')
      must(!(await claimForTab(shared, 'token', 'two')), 'The second may present it, too.')
      return isUnpolluted()
    },
    2000,
  )
})

test('T41: tampered metadata leads to no other server, and to no endpoint by http', async () => {
  globalThis.fetch = async () => Response.json(server)
  const cached = { at: Date.now(), document: { ...server, jwks_uri: `${issuer}/jwks` } }
  await always(
    fc.oneof(bent(cached), cloneable),
    async (value) => {
      const found = await discover(holding(`pixy-auth:server:${config.key}`, value).context)
      for (const url of [
        found.authorization_endpoint,
        found.token_endpoint,
        found.jwks_uri ?? issuer,
      ])
        must(url.startsWith('https:'), `It goes to ${url}.`)
      must(found.issuer === issuer, `It is ${found.issuer}’s.`)
      return isUnpolluted()
    },
    1000,
    [undefined, [issuer], '', `${issuer}/other`].map((named) =>
      Object.assign(structuredClone(cached), { document: { ...cached.document, issuer: named } }),
    ),
  )
})

test('T41: a tampered lease in a record makes no call wait for longer than allowed', async () => {
  const record = {
    v: 1,
    id: 'id',
    version: 1,
    server,
    session: { issuer, scope: [], tokenType: 'bearer' },
    user: {},
    identity: undefined,
    idToken: undefined,
    refreshToken: 'R',
    tokens: { '': { value: 'T', receivedAt: 0, expiresAt: 0 } },
    lease: {
      attempt: 'a',
      at: Date.now(),
      steady: 1,
      tries: 1,
      settled: true,
      until: 1,
      prior: 1,
      refusedAt: 1,
    },
  } as const
  const want = {
    attempt: 'b',
    id: 'id',
    key: '',
    unfit: undefined,
    watched: 'a',
  }
  await always(
    bent(record.lease),
    (lease) => {
      const claim = decide({ ...record, lease } as Active, want, createClock())
      if (claim.type === 'wait') must(claim.until - Date.now() <= MAX_WAIT, 'It waits too long.')
      if (claim.type === 'mine')
        for (const time of [claim.lease.prior, claim.lease.refusedAt])
          must(time === undefined || time <= Date.now(), 'It holds a time that cannot be.')
      must(/mine|wait|taken|failed/.test(claim.type), claim.type)
      return isUnpolluted()
    },
    2000,
    [1e300, 1n, '1', NaN].flatMap((value) =>
      Object.keys(record.lease).map((name) =>
        Object.assign(structuredClone(record.lease), { [name]: value }),
      ),
    ),
  )
})

const text = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? String(value) : value
