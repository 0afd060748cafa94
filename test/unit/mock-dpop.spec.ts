import { createHash } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import type { MockServerOptions } from '../../src/testing/index.js'

const issuer = 'http://as.test/t/abc'
const token = `${issuer}/token`
const verifier = 'v'.repeat(43)
const code_challenge = createHash('sha256').update(verifier).digest('base64url')

type Form = Record<string, string>

interface Signing {
  readonly alg: string
  readonly jwk: JWK
  readonly key: CryptoKey
}

async function signing(alg = 'ES256'): Promise<Signing> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, jwk: await exportJWK(publicKey), key: privateKey }
}

/** A proof by jose, right except for what is given. */
function proof(by: Signing, claims: object = {}, header: object = {}): Promise<string> {
  const usual = { jti: crypto.randomUUID(), htm: 'POST', htu: token, iat: Date.now() / 1000 }
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: by.alg, jwk: by.jwk, ...header })
    .sign(by.key)
}

const start = (dpop: MockServerOptions['dpop'] = {}): MockServer =>
  createMockServer({ issuer, dpop })

async function code(server: MockServer, more: Form = {}): Promise<string> {
  const query = new URLSearchParams({
    client_id: 'spa',
    redirect_uri: 'http://app.test/cb',
    response_type: 'code',
    code_challenge,
    code_challenge_method: 'S256',
    scope: 'openid offline_access',
    ...more,
  })
  const answer = await server.fetch(new Request(`${issuer}/authorize?${query}`))
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

/** What the token endpoint answers: its JSON, its status, and the nonce it gives. */
async function post(server: MockServer, form: Form, dpop?: string): Promise<Form> {
  const body = new URLSearchParams({ client_id: 'spa', ...form })
  const headers = dpop === undefined ? {} : { dpop }
  const answer = await server.fetch(new Request(token, { method: 'POST', body, headers }))
  const nonce = answer.headers.get('dpop-nonce') ?? ''
  return { ...((await answer.json()) as Form), status: String(answer.status), nonce }
}

const exchange = async (server: MockServer, dpop?: string, more: Form = {}): Promise<Form> =>
  post(
    server,
    {
      grant_type: 'authorization_code',
      redirect_uri: 'http://app.test/cb',
      code: await code(server, more),
      code_verifier: verifier,
    },
    dpop,
  )

const refresh = (server: MockServer, refresh_token = '', dpop?: string): Promise<Form> =>
  post(server, { grant_type: 'refresh_token', refresh_token }, dpop)

function userinfo(server: MockServer, headers: Form): Promise<Response> {
  return server.fetch(new Request(`${issuer}/userinfo?x=1`, { headers }))
}

for (const alg of ['ES256', 'EdDSA', 'Ed25519'])
  test(`tokens are bound to the ${alg} key that their request was signed with`, async () => {
    const [server, mine, other] = [start(), await signing(alg), await signing(alg)]
    const jkt = await calculateJwkThumbprint(mine.jwk)
    const first = await exchange(server, await proof(mine), { dpop_jkt: jkt })
    expect(first).toMatchObject({ token_type: 'DPoP', status: '200' })
    const { access_token = '', refresh_token } = first
    expect(server.verify(access_token)).toMatchObject({ cnf: { jkt } })

    for (const dpop of [undefined, await proof(other)])
      expect(await refresh(server, refresh_token, dpop)).toMatchObject({ error: 'invalid_grant' })
    expect(await refresh(server, refresh_token, await proof(mine))).toMatchObject({ status: '200' })

    const ath = createHash('sha256').update(access_token).digest('base64url')
    const about = { htm: 'GET', htu: `${issuer}/userinfo`, ath }
    const authorization = `DPoP ${access_token}`
    const answers = [
      { authorization, dpop: await proof(mine, about) },
      { authorization: `Bearer ${access_token}`, dpop: await proof(mine, about) },
      { authorization },
      { authorization, dpop: await proof(other, about) },
      { authorization, dpop: await proof(mine, { ...about, ath: 'other' }) },
    ].map(async (headers) => (await userinfo(server, headers)).status)
    expect(await Promise.all(answers)).toEqual([200, 401, 401, 401, 401])
  })

test('a wrong proof is refused, and leaves the refresh token unused', async () => {
  const [server, mine, other] = [start(), await signing(), await signing()]
  const { refresh_token } = await exchange(server, await proof(mine))
  const used = await proof(mine)
  expect(await refresh(server, 'unknown', used)).toMatchObject({ error: 'invalid_grant' })
  const now = Date.now() / 1000
  for (const [name, wrong] of [
    ['used before', used],
    ['for another method', await proof(mine, { htm: 'GET' })],
    ['for another URL', await proof(mine, { htu: `${issuer}/par` })],
    ['with the query in it', await proof(mine, { htu: `${token}?a=1` })],
    ['old', await proof(mine, { iat: now - 120 })],
    ['of the future', await proof(mine, { iat: now + 120 })],
    ['without a time', await proof(mine, { iat: undefined })],
    ['without a name', await proof(mine, { jti: undefined })],
    ['of another type', await proof(mine, {}, { typ: 'JWT' })],
    ['signed by another key', await proof({ ...mine, key: other.key })],
    ['that shows its private key', await proof(mine, {}, { jwk: await exportJWK(mine.key) })],
    ['unsigned', (await proof(mine)).replace(/[^.]+$/, '')],
    ['not a JWT', 'nonsense'],
  ] as const)
    expect([name, (await refresh(server, refresh_token, wrong)).error]).toEqual([
      name,
      'invalid_dpop_proof',
    ])
  expect(await refresh(server, refresh_token, await proof(mine))).toMatchObject({ status: '200' })
})

test('a code that is bound to a key needs a proof with that key', async () => {
  const [server, mine, other] = [start(), await signing(), await signing()]
  const named = { dpop_jkt: await calculateJwkThumbprint(mine.jwk) }
  for (const dpop of [undefined, await proof(other)])
    expect(await exchange(server, dpop, named)).toMatchObject({ error: 'invalid_grant' })
  expect(await exchange(server, await proof(mine), named)).toMatchObject({ status: '200' })
})

test('a nonce is required, rotates, or is always refused, as configured', async () => {
  const mine = await signing()
  const [required, rotating, wrong] = (['required', 'rotating', 'wrong'] as const).map((nonce) =>
    start({ nonce }),
  )
  for (const server of [required, rotating, wrong]) {
    const { error, nonce } = await exchange(server!, await proof(mine))
    expect(error).toBe('use_dpop_nonce')
    const next = await exchange(server!, await proof(mine, { nonce }))
    expect(next.error).toBe(server === wrong ? 'use_dpop_nonce' : undefined)
    expect(next['nonce'] === nonce).toBe(server === required)
  }
})

test('with `bearer` a Bearer token comes with a bound refresh token', async () => {
  const mine = await signing()
  const server = start({ bearer: true })
  const { token_type, access_token = '', refresh_token } = await exchange(server, await proof(mine))
  expect(token_type).toBe('Bearer')
  expect((await userinfo(server, { authorization: `Bearer ${access_token}` })).status).toBe(200)
  expect(await refresh(server, refresh_token)).toMatchObject({ error: 'invalid_grant' })
})
