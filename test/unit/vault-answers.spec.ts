import { expect } from '@playwright/test'
import { signIn, test } from '../support/vault.js'

// The checks of a callback and an ID token, once more without a browser, so that `npm test` can remove
// each check and see a test fail. The whole tables are in test/browser.

type Change = Record<string, string | string[] | undefined>

const [mismatch, invalid] = ['issuer_mismatch', 'invalid_response']

const answers: [name: string, change: Change, code: string][] = [
  ['another server’s iss', { iss: 'https://evil.example' }, mismatch],
  ['no iss of a server that sends one', { iss: undefined }, mismatch],
  ['an empty iss', { iss: '' }, mismatch],
  ['two codes', { code: ['one', 'two'] }, invalid],
  ['a code and an error', { error: 'access_denied' }, invalid],
  ['no code', { code: undefined }, invalid],
  ['a code that is too long', { code: 'c'.repeat(17_000) }, invalid],
  ['an unknown state', { state: `px1r${'s'.repeat(49)}` }, 'unknown_transaction'],
]

test('a wrong callback makes no request, and its sign-in cannot be used again', async ({
  room,
}) => {
  const vault = room.open()
  for (const [name, change, code] of answers) {
    const right = await signIn(vault)
    const wrong = new URL(right)
    for (const [param, values] of Object.entries(change)) {
      wrong.searchParams.delete(param)
      for (const value of [values ?? []].flat()) wrong.searchParams.append(param, value)
    }
    const finished = await vault.callback(wrong.href)
    expect(room.server.requests('token'), name).toEqual([])
    // Another client's answer is left alone.
    if (change['state']) expect(finished, name).toBeUndefined()
    if (change['state']) continue
    expect(finished?.snapshot, name).toMatchObject({ status: 'signed-out', error: { code } })
    // There is no second try.
    const again = await vault.callback(right)
    expect(again?.snapshot, name).toMatchObject({ error: { code: 'unknown_transaction' } })
  }
  expect(room.server.requests('token')).toEqual([])
})

const now = (): number => Math.floor(Date.now() / 1000)
const [wrong, late, short, fine] = [
  'invalid_id_token',
  'clock_skew',
  'step_up_required',
  'signed-in',
]

const claims: [name: string, claims: Record<string, unknown>, said: string][] = [
  ['every claim right', {}, fine],
  ['another nonce', { nonce: 'other' }, wrong],
  ['another issuer', { iss: 'https://evil.example' }, wrong],
  ['another audience', { aud: 'other' }, wrong],
  ['another party', { azp: 'other' }, wrong],
  ['expired an hour ago', { exp: now() - 3600 }, late],
  ['no user', { sub: '' }, wrong],
  ['a user whose name is too long', { sub: 's'.repeat(256) }, wrong],
  ['another access token', { at_hash: 'A'.repeat(22) }, wrong],
  ['a weaker sign-in', { acr: 'bronze' }, short],
  ['a part of what was asked for', { acr: 'gol' }, short],
  ['what was asked for', { acr: 'gold' }, fine],
]

test('an ID token is accepted if every claim is right', async ({ room }) => {
  for (const [name, idToken, said] of claims) {
    const vault = room.open()
    const url = await vault.authorize({ via: 'redirect', returnTo: '/', acrValues: 'silver gold' })
    const { headers } = await fetch(url, { redirect: 'manual' })
    room.server.fail('token', { idToken })
    const finished = await vault.callback(headers.get('location') ?? '')
    const snapshot = finished?.snapshot
    const failed = snapshot?.status === 'signed-out' && snapshot.error?.code
    expect(failed || snapshot?.status, name).toBe(said)
  }
})

test('openid requires an ID token that is signed with a key pair', async ({ room }) => {
  room.server.options.metadata = { id_token_signing_alg_values_supported: ['HS256', 'none'] }
  const forged = (alg: string) => (json: Record<string, unknown>) => {
    const [, payload] = String(json['id_token']).split('.')
    const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
    return { ...json, id_token: `${header}.${payload}.${alg === 'none' ? '' : 'AAAA'}` }
  }
  for (const body of [
    forged('HS256'),
    forged('none'),
    (json: Record<string, unknown>) => ({ ...json, id_token: undefined }),
  ]) {
    const vault = room.open()
    const answer = await signIn(vault)
    room.server.fail('token', { body })
    const finished = await vault.callback(answer)
    expect(finished?.snapshot).toMatchObject({ status: 'signed-out' })
  }
})

test('the signature of an ID token is checked if the app asks for it', async ({ room }) => {
  const bend = (json: Record<string, unknown>) => ({
    ...json,
    id_token: String(json['id_token']).replace(/[^.]{4}$/, 'AAAA'),
  })
  for (const [body, verifySignature, said] of [
    [undefined, true, fine],
    [bend, false, fine],
    [bend, true, wrong],
  ] as const) {
    const vault = room.open({ verifySignature })
    const answer = await signIn(vault)
    if (body) room.server.fail('token', { body })
    const finished = await vault.callback(answer)
    expect(finished?.error?.code ?? finished?.snapshot.status).toBe(said)
  }
})

test('the issuer of a session is that of its ID token, or else the server’s', async ({ room }) => {
  const { options, issuer } = room.server
  const shared = `${issuer}/{tenantid}/v2.0`
  options.tenant = '8a9b8c7d-1111-4222-8333-444455556666'
  options.metadata = { issuer: shared, authorization_response_iss_parameter_supported: false }
  const server = {
    issuer: shared,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
  }
  for (const [scope, wanted] of [
    ['openid', shared.replace('{tenantid}', options.tenant)],
    ['read', shared],
  ] as const) {
    const vault = room.open({ issuer: `${issuer}/common/v2.0`, server, scope })
    const finished = await vault.callback(await signIn(vault))
    expect(finished?.snapshot).toMatchObject({ status: fine, session: { issuer: wanted } })
  }
})
