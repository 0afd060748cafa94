import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import type { Active, Token } from '../../src/vault/record.js'
import { createDPoP } from '../../src/vault/optional/dpop.js'
import { proofFor } from '../../src/vault/calls/proof.js'
import type { ProofTarget } from '../../src/vault/context.js'
import type { SessionStore } from '../../src/vault/session.js'

// What a proof says, and where it goes, once more without a browser. The rest is in test/browser/dpop*.

const api = 'https://api.example'
const token: Token = { value: 'TOKEN', type: 'dpop', receivedAt: 0, expiresAt: Infinity }
const call: ProofTarget = { method: 'POST', url: `${api}/me?id=1`, token }

type Claims = Record<string, unknown>

const said = (proof: string, part: 0 | 1): Claims =>
  JSON.parse(Buffer.from(proof.split('.')[part] ?? '', 'base64url').toString()) as Claims

/** A prover, and the sessions that it ended. */
async function room(ended: unknown[] = []) {
  const active = { refreshToken: 'RT' } as Active
  const session = {
    active: () => active,
    end: async (tombstone: (record: Active) => unknown) =>
      void (tombstone(active) && ended.push(active.refreshToken)),
    setError: () => {},
  }
  const prover = createDPoP(session as unknown as SessionStore)
  const key = await prover.createKey(['ES256'])
  Object.assign(active, { key })
  /** Send a request that gets these answers one by one: its proofs. */
  const send = async (to: ProofTarget, ...answers: Response[]) => {
    const proofs: string[] = []
    const response = await prover.send(active.key, to, async (proof) => {
      proofs.push(proof)
      return answers.length > 1 ? (answers.shift() as Response) : (answers[0] ?? new Response())
    })
    return { proofs, response, claims: proofs.map((proof) => said(proof, 1)) }
  }
  return { prover, key, active, send }
}

const wants = (nonce: string): Response =>
  new Response('', {
    status: 401,
    headers: { 'dpop-nonce': nonce, 'www-authenticate': 'DPoP error="use_dpop_nonce"' },
  })

test('T16: the private key cannot be exported, and no proof shows it', async () => {
  const { key, send } = await room()
  expect(key.privateKey.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('pkcs8', key.privateKey)).rejects.toThrow()
  const { proofs } = await send(call)
  const { jwk, ...header } = said(proofs[0] ?? '', 0)
  expect(header).toEqual({ typ: 'dpop+jwt', alg: 'ES256' })
  expect(Object.keys(jwk as object).toSorted()).toEqual(['crv', 'kty', 'x', 'y'])
})

test('T18: each proof is for one request, one token and one URL', async () => {
  const { send } = await room()
  const { claims } = await send(call, wants('n'), new Response())
  const ath = createHash('sha256').update(token.value).digest('base64url')
  for (const one of claims) expect(one).toMatchObject({ htm: 'POST', htu: `${api}/me`, ath })
  expect(claims.map(({ nonce }) => nonce)).toEqual([undefined, 'n'])
  expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2)
})

test('T18: a nonce goes to the origin that it came from, until the sign-out', async () => {
  const { prover, send } = await room()
  await send(call, wants('of the API'), new Response())
  const elsewhere = { ...call, url: 'https://other.example/' }
  expect((await send(elsewhere)).claims[0]?.['nonce']).toBeUndefined()
  expect((await send(call)).claims[0]?.['nonce']).toBe('of the API')
  // A nonce at the end of a redirect comes from another origin.
  const redirected = Object.defineProperty(wants('of another'), 'redirected', { value: true })
  await send(call, Object.defineProperty(redirected, 'status', { value: 200 }))
  expect((await send(call)).claims[0]?.['nonce']).toBe('of the API')
  prover.forgetNonces()
  expect((await send(call)).claims[0]?.['nonce']).toBeUndefined()
})

test('F78: a call is repeated once for a nonce, unless its body is spent', async () => {
  const { send } = await room()
  const never = [1, 2, 3].map(() => wants('never right'))
  expect((await send(call, ...never, new Response())).proofs).toHaveLength(2)
  const { send: again } = await room()
  expect((await again({ ...call, isOneTime: true }, wants('n'))).proofs).toHaveLength(1)
})

test('F79: a session whose key is lost ends', async () => {
  const ended: unknown[] = []
  const { active, send } = await room(ended)
  Object.assign(active, { key: undefined })
  await expect(send(call)).rejects.toMatchObject({ code: 'key_lost' })
  expect(ended).toEqual(['RT'])
})

test('F79: a lost key ends no session that has another', async () => {
  const ended: unknown[] = []
  const { prover, send } = await room(ended)
  const lost = { alg: 'ES256' } as never
  const sending = prover.send(lost, call, async () => new Response())
  await expect(sending).rejects.toMatchObject({ code: 'key_lost' })
  expect(ended).toEqual([])
  expect((await send(call)).response.status).toBe(200)
})

test('T17: only a token of the type dpop is sent with a proof', async () => {
  const { prover, active } = await room()
  const context = { dpop: async () => prover }
  expect(await proofFor(context, active, token)).toBeDefined()
  expect(await proofFor(context, active, { ...token, type: 'bearer' })).toBeUndefined()
  // A request for tokens: bound to the key of a sign-in, or to the key that a session should have.
  expect(await proofFor(context, active)).toBeDefined()
  expect(await proofFor(context, { session: { tokenType: 'dpop' } } as Active)).toBeDefined()
  expect(await proofFor(context, {})).toBeUndefined()
})

const refusal = (status: number, error: string, headers: Record<string, string> = {}): Response =>
  new Response('', {
    status,
    headers: { ...(error && { 'www-authenticate': `DPoP error="${error}"` }), ...headers },
  })
const fresh = { 'dpop-nonce': 'n' }

for (const [what, answer, count] of [
  ['a nonce that is new', refusal(401, '', fresh), 2],
  ['no nonce and no reason', refusal(401, ''), 1],
  ['a nonce, and another reason', refusal(401, 'invalid_token', fresh), 1],
  ['an answer that is no refusal', refusal(403, 'use_dpop_nonce', fresh), 1],
  ['a success', refusal(200, 'use_dpop_nonce', fresh), 1],
  ['a refusal by 400', refusal(400, 'use_dpop_nonce', fresh), 2],
] as const)
  test(`${what}: the call is sent ${count === 1 ? 'once' : 'twice'}`, async () => {
    const { send } = await room()
    expect((await send(call, answer, new Response())).proofs).toHaveLength(count)
  })

test('a call that was refused with a nonce is not sent again with the same nonce', async () => {
  const { send } = await room()
  await send(call, refusal(200, '', fresh))
  expect((await send(call, refusal(401, '', fresh), new Response())).proofs).toHaveLength(1)
})

test('a nonce header that CORS hides is reported as cors', async () => {
  const { send } = await room()
  Object.assign(globalThis, { origin: 'https://app.example' })
  const error = await send(call, refusal(401, 'use_dpop_nonce')).catch(
    (failure: unknown) => failure,
  )
  Reflect.deleteProperty(globalThis, 'origin')
  expect(error).toMatchObject({
    code: 'cors',
    hint: expect.stringContaining('expose `DPoP-Nonce` to https://app.example.'),
  })
})

test('the authorization server demands a nonce in the body of its answer', async () => {
  const { send } = await room()
  const url = 'https://id.example/token'
  const to: ProofTarget = { method: 'POST', url }
  const wanted = new Response('{"error":"use_dpop_nonce"}', { status: 400, headers: fresh })
  const { claims } = await send(to, wanted, new Response())
  expect(claims.map(({ nonce }) => nonce)).toEqual([undefined, 'n'])
  // Where it gives no reason, there is none.
  const silent = new Response('', { status: 400, headers: { 'dpop-nonce': 'other' } })
  expect((await send(to, silent, new Response())).proofs).toHaveLength(1)
})

const seconds = (): number => Math.floor(Date.now() / 1000)

test('a proof takes the time of the server where the clock here is wrong', async () => {
  const { send } = await room()
  const date = new Date(Date.now() - 600_000).toUTCString()
  const { claims } = await send(call, refusal(401, 'invalid_dpop_proof', { date }), new Response())
  expect(claims).toHaveLength(2)
  expect(Math.abs(Number(claims[1]?.['iat']) - seconds() + 600)).toBeLessThan(10)
  // It is known from then on, and no reason to try again.
  const again = await send(call, refusal(401, 'invalid_dpop_proof', { date }), new Response())
  expect(again.claims).toHaveLength(1)
  expect(Math.abs(Number(again.claims[0]?.['iat']) - seconds() + 600)).toBeLessThan(10)
})

test('a refusal for another reason does not correct the clock', async () => {
  const { send } = await room()
  const date = new Date(Date.now() - 600_000).toUTCString()
  expect(
    (await send(call, refusal(401, 'invalid_token', { date }), new Response())).proofs,
  ).toHaveLength(1)
})

test('if CORS hides the date, the token’s iat corrects the clock', async () => {
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url')
  const { send } = await room()
  const receivedAt = Date.now()
  const value = `${part({})}.${part({ iat: seconds() - 600 })}.s`
  const wrong = refusal(401, 'invalid_dpop_proof')
  const skewed = { ...call, token: { ...token, value, receivedAt } }
  const { claims } = await send(skewed, wrong, new Response())
  expect(Math.abs(Number(claims[1]?.['iat']) - seconds() + 600)).toBeLessThan(10)
  // Of a token that is no JWT nothing can be seen.
  const { send: plain } = await room()
  expect((await plain(call, wrong, new Response())).proofs).toHaveLength(1)
  const { send: none } = await room()
  const to: ProofTarget = { method: 'POST', url: `${api}/token` }
  const said = new Response('invalid_dpop_proof', { status: 400 })
  expect((await none(to, said, new Response())).proofs).toHaveLength(1)
})

test('a key is of the first algorithm that server and platform know', async () => {
  const { prover } = await room()
  for (const [offered, alg, name] of [
    [undefined, 'ES256', 'ECDSA'],
    ['ES256', 'ES256', 'ECDSA'],
    [['RS256', 'EdDSA', 'ES256'], 'ES256', 'ECDSA'],
    [['EdDSA'], 'EdDSA', 'Ed25519'],
    [['Ed25519', 'EdDSA'], 'Ed25519', 'Ed25519'],
  ] as const) {
    const key = await prover.createKey(offered)
    expect([key.alg, key.privateKey.algorithm.name]).toEqual([alg, name])
  }
  for (const unknown of [['RS256'], [], 'none', null, {}])
    await expect(prover.createKey(unknown)).rejects.toMatchObject({ code: 'unsupported' })
})

test('a refused answer whose body cannot be cancelled causes no error', async () => {
  const { send } = await room()
  const body = new ReadableStream({ cancel: () => Promise.reject(new Error('gone')) })
  const { status, headers } = wants('n')
  const heard: unknown[] = []
  const hear = (reason: unknown): void => void heard.push(reason)
  process.on('unhandledRejection', hear)
  await send(call, new Response(body, { status, headers }), new Response())
  await new Promise((done) => setTimeout(done, 0))
  process.off('unhandledRejection', hear)
  expect(heard).toEqual([])
})
