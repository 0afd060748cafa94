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

test('T17: a proof is made for a token whose type is dpop, and for no other', async () => {
  const { prover, active } = await room()
  const context = { dpop: async () => prover }
  expect(await proofFor(context, active, token)).toBeDefined()
  expect(await proofFor(context, active, { ...token, type: 'bearer' })).toBeUndefined()
  // A request for tokens: bound to the key of a sign-in, or to the key that a session should have.
  expect(await proofFor(context, active)).toBeDefined()
  expect(await proofFor(context, { session: { tokenType: 'dpop' } } as Active)).toBeDefined()
  expect(await proofFor(context, {})).toBeUndefined()
})
