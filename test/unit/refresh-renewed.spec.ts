import { expect, test } from '@playwright/test'
import { tokenKey } from '../../src/lib/resources.js'
import type { Active, Identity, SessionRecord } from '../../src/vault/record.js'
import { renewed } from '../../src/vault/refresh/renewed.js'
import { hashOf } from '../../src/vault/token/encoding.js'
import type { TokenSet } from '../../src/vault/token/endpoint.js'
import { present, token } from '../support/refreshes.js'
import { brittleStore } from '../support/vault.js'

// What a refresh brought is kept if it is for the session that is stored, and for its user.

const iss = 'https://id.example'

const { fetch } = globalThis
let revoked: string[] = []
test.beforeEach(() => {
  revoked = []
  globalThis.fetch = async (_, init) => {
    revoked.push(new URLSearchParams(String(init?.body)).get('token') ?? '')
    return new Response()
  }
})
test.afterEach(() => void Object.assign(globalThis, { fetch }))

const identity = (more: Partial<Identity> = {}): Identity => ({
  iss,
  sub: 'user-1',
  aud: ['app'],
  azp: undefined,
  auth_time: 1,
  nonce: 'n',
  ...more,
})

const set = (more: Partial<TokenSet> = {}): TokenSet => ({
  token: token('new', 300),
  refreshToken: 'next',
  scope: undefined,
  idToken: 'ID after',
  identity: identity(),
  user: { sub: 'user-1', name: 'after' },
  acr: undefined,
  authTime: undefined,
  extra: undefined,
  ...more,
})

interface Case {
  tokens?: Partial<TokenSet>
  record?: Partial<Active>
  about?: Parameters<typeof present>[1]
  verifies?: boolean
  isSigned?: () => Promise<boolean>
  /** What the store has by then. */
  meanwhile?: (record: Active) => SessionRecord | undefined
}

async function renew({ tokens, record, about, verifies, isSigned, meanwhile }: Case = {}) {
  const options = { verifySignature: !!verifies }
  const presented = await present({ identity: identity(), ...record }, about, options, isSigned)
  const { context, attempt } = presented
  if (meanwhile) presented.write(meanwhile(attempt.record))
  const step = await renewed(context, set(tokens), attempt)
  const said = step.type === 'failed' ? step.error.code : step.type
  return { said, stored: presented.stored() as Active, key: attempt.key, told: presented.told }
}

const claimed = { refreshToken: 'next', idToken: 'ID after', user: { name: 'after' } }
const unclaimed = { refreshToken: 'next', idToken: 'ID before', user: { name: 'before' } }

test('the tokens, refresh token and claims of an answer are stored', async () => {
  const { said, stored, key } = await renew()
  expect(said).toBe('done')
  expect(stored).toMatchObject({ id: 'one', version: 8, ...claimed })
  expect(stored.tokens[key]).toMatchObject({ value: 'new' })
  expect(stored.tokens[key]).not.toHaveProperty('forcedAt')
  expect(stored.lease).toBe(undefined)
})

test('members that the server does not repeat stay', async () => {
  const tokens = { refreshToken: undefined, idToken: undefined, identity: undefined, user: {} }
  expect((await renew({ tokens })).stored).toMatchObject({ ...unclaimed, refreshToken: 'sent' })
})

test('other tokens of the session stay, and a forced one has its time', async () => {
  const record = { tokens: { other: token('other', 60) } }
  const forced = tokenKey('forced', undefined)
  const { stored } = await renew({ record, about: { key: forced, isForced: true } })
  expect(stored.tokens['other']).toMatchObject({ value: 'other' })
  expect(stored.tokens[forced]?.forcedAt).toBeGreaterThan(Date.now() - 60_000)
})

for (const [what, after] of [
  ['another user', { sub: 'user-2' }],
  ['another issuer', { iss: 'https://evil.example' }],
] as const)
  test(`tokens of ${what} end the session, and are revoked`, async () => {
    const { said, stored } = await renew({ tokens: { identity: identity(after) } })
    expect(said).toBe('invalid_id_token')
    expect(stored).toMatchObject({ ended: 'refused' })
    expect(revoked.toSorted()).toEqual(['next', 'sent'])
  })

for (const [what, before, after, wanted] of [
  ['another time of sign-in', {}, { auth_time: 2 }, unclaimed],
  ['no time of sign-in', {}, { auth_time: 0 }, claimed],
  ['a time of sign-in that there was not', { auth_time: 0 }, {}, claimed],
  ['another nonce', {}, { nonce: 'other' }, unclaimed],
  ['no nonce', {}, { nonce: undefined }, claimed],
  ['a nonce that there was not', { nonce: undefined }, {}, claimed],
  ['another party', {}, { azp: 'other' }, unclaimed],
  ['another audience', {}, { aud: ['app', 'b'] }, unclaimed],
  ['its audiences in another order', { aud: ['a', 'b'] }, { aud: ['b', 'a'] }, claimed],
] as const)
  test(`an ID token with ${what}: its claims ${wanted === claimed ? '' : 'do not '}count`, async () => {
    const given = { record: { identity: identity(before as Partial<Identity>) } }
    const tokens = { identity: identity(after as Partial<Identity>) }
    expect((await renew({ ...given, tokens })).stored).toMatchObject(wanted)
  })

test('a first ID token is compared with none', async () => {
  const other = { identity: identity({ sub: 'user-2' }) }
  expect((await renew({ record: { identity: undefined }, tokens: other })).said).toBe('done')
  expect((await renew({ tokens: { identity: undefined } })).stored).toMatchObject(claimed)
})

test('claims count after the signature was verified', async () => {
  let signed = 0
  const isSigned = async (): Promise<boolean> => ((signed += 1), true)
  expect((await renew({ verifies: true, isSigned })).stored).toMatchObject(claimed)
  expect((await renew({ isSigned })).stored).toMatchObject(claimed)
  const inconsistent = { identity: identity({ nonce: 'other' }) }
  const { stored } = await renew({ verifies: true, isSigned, tokens: inconsistent })
  expect(stored).toMatchObject(unclaimed)
  const none = { idToken: undefined }
  expect((await renew({ verifies: true, isSigned, tokens: none })).stored).toMatchObject({
    ...claimed,
    idToken: 'ID before',
  })
  expect(signed).toBe(1)
})

test('an unverifiable signature costs the claims, a wrong one the session', async () => {
  const unknown = await renew({
    verifies: true,
    isSigned: () => Promise.reject(new Error('no keys')),
  })
  expect(unknown).toMatchObject({ said: 'done', stored: unclaimed })
  const isSigned = async (): Promise<boolean> => false
  const wrong = await renew({ verifies: true, isSigned })
  expect(wrong).toMatchObject({ said: 'invalid_id_token', stored: { ended: 'refused' } })
  expect(revoked).toEqual(['next'])
  const same = await renew({ verifies: true, isSigned, tokens: { refreshToken: undefined } })
  expect(same).toMatchObject({ said: 'invalid_id_token', stored: { ended: 'refused' } })
})

test('a late signature check changes no other session and no later refresh', async () => {
  for (const more of [{ id: 'two' }, { refreshToken: 'later' }]) {
    const presented = await present({ identity: identity() }, {}, { verifySignature: true }, () => {
      presented.write({ ...(presented.stored() as Active), ...more })
      return Promise.resolve(true)
    })
    await renewed(presented.context, set(), presented.attempt)
    expect(presented.stored()).toMatchObject({ ...more, user: { name: 'before' } })
  }
})

const gone = (ended: 'sign-out' | 'refused' | 'expired', refused?: string) => (record: Active) =>
  ({ v: 1, id: record.id, version: 9, ended, refused }) as const

test('tokens for a session that was signed out are revoked', async () => {
  const { said, stored } = await renew({ meanwhile: gone('sign-out') })
  expect([said, stored.ended]).toEqual(['ended', 'sign-out'])
  expect(revoked).toEqual(['next'])
})

test('tokens for a session that has expired are revoked', async () => {
  const hash = await hashOf('sent')
  expect((await renew({ meanwhile: gone('expired', hash) })).said).toBe('ended')
  expect(revoked).toEqual(['next'])
})

test('tokens for a session that was refused are not revoked', async () => {
  expect((await renew({ meanwhile: gone('refused', await hashOf('other')) })).said).toBe('ended')
  expect(revoked).toEqual([])
})

test('claims that another tab added meanwhile stay', async () => {
  const meanwhile = (record: Active) => ({ ...record, user: { sub: 'user-1', email: 'a' } })
  const tokens = { user: {}, idToken: undefined, identity: undefined }
  expect((await renew({ meanwhile, tokens })).stored.user).toEqual({ sub: 'user-1', email: 'a' })
})

test('the signature is checked only if the tokens were kept', async () => {
  let signed = 0
  const isSigned = async (): Promise<boolean> => ((signed += 1), true)
  await renew({ verifies: true, isSigned, meanwhile: gone('sign-out') })
  expect(signed).toBe(0)
})

test('late tokens revive a session that was refused for the same token', async () => {
  const hash = await hashOf('sent')
  const { said, stored } = await renew({ meanwhile: gone('refused', hash) })
  expect([said, stored.ended]).toEqual(['done', undefined])
  expect(stored).toMatchObject({ ...claimed, version: 10 })
})

test('tokens for another session, or after another refresh, are dropped', async () => {
  const other = (record: Active) => ({ ...record, id: 'two', version: 9 })
  expect(await renew({ meanwhile: other })).toMatchObject({ said: 'again', stored: { id: 'two' } })
  const later = (record: Active) => ({ ...record, refreshToken: 'later', version: 9 })
  expect(await renew({ meanwhile: later })).toMatchObject({
    said: 'again',
    stored: { refreshToken: 'later' },
  })
  const another = (record: Active) => ({ ...gone('sign-out')(record), id: 'two' })
  expect((await renew({ meanwhile: another })).said).toBe('again')
  expect((await renew({ meanwhile: () => undefined })).said).toBe('again')
  expect(revoked).toEqual([])
})

test('verified claims that cannot be stored are dropped, and the tokens stay', async () => {
  const { store, breakDown } = brittleStore()
  const isSigned = async (): Promise<boolean> => (breakDown(), true)
  const options = { verifySignature: true, store }
  const { context, attempt } = await present({ identity: identity() }, {}, options, isSigned)
  expect(await renewed(context, set(), attempt)).toMatchObject({ type: 'done' })
  expect(context.session.active()).toMatchObject(unclaimed)
})
