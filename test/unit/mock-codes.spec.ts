import { expect, test } from '@playwright/test'
import { decodeJwt } from 'jose'
import {
  issuer,
  challenge,
  asked,
  start,
  get,
  post,
  discover,
  bearer,
  located,
  callback,
  exchange,
  signIn,
  refresh,
  errorOf,
  type Form,
} from '../support/mock-server.js'

test('a code is exchanged only for the verifier behind its S256 challenge', async () => {
  const server = start()
  for (const code_verifier of ['w'.repeat(43), 'short', challenge]) {
    const { code } = await callback(server)
    expect(await errorOf(exchange(server, code, { code_verifier }))).toEqual([400, 'invalid_grant'])
  }
  for (const wrong of [{ code_challenge: 'short' }, { code_challenge_method: 'plain' }]) {
    expect(await callback(server, wrong)).toMatchObject({ error: 'invalid_request', state: 's1' })
  }
  expect(await callback(server, { response_type: 'token' })).toMatchObject({
    error: 'unsupported_response_type',
  })
})

test('a code works once, and its second use revokes its tokens', async () => {
  const server = start()
  const { code } = await callback(server)
  const tokens = (await (await exchange(server, code)).json()) as Form
  expect(server.verify(tokens.access_token!)).toMatchObject({ sub: 'user-1', client_id: 'spa' })
  expect(await errorOf(exchange(server, code))).toEqual([400, 'invalid_grant'])
  expect(server.verify(tokens.access_token!)).toBeUndefined()
  expect(await errorOf(refresh(server, tokens.refresh_token))).toEqual([400, 'invalid_grant'])
})

test('a code belongs to one client and one redirect_uri', async () => {
  const server = start()
  for (const other of [{ client_id: 'other' }, { redirect_uri: 'http://app.test/other' }]) {
    const { code } = await callback(server)
    expect(await errorOf(exchange(server, code, other))).toEqual([400, 'invalid_grant'])
  }
})

test('no browser is sent to an unknown client or redirect_uri', async () => {
  const server = start({ clients: ['spa'], redirectUris: [asked.redirect_uri] })
  for (const wrong of [{ client_id: 'x' }, { redirect_uri: 'http://evil.test/' }]) {
    const answer = await get(server, 'authorize', { ...asked, ...wrong })
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    const pushed = await post(server, 'par', { ...asked, ...wrong })
    expect(pushed.status).toBeGreaterThanOrEqual(400)
  }
  const { refresh_token: token } = await signIn(server)
  const other = { client_id: 'x' }
  expect(await errorOf(exchange(server, 'c', other))).toEqual([401, 'invalid_client'])
  expect(await errorOf(refresh(server, token, other))).toEqual([401, 'invalid_client'])
  expect(await errorOf(post(server, 'token', {}))).toEqual([400, 'invalid_request'])
  const wrong = { grant_type: 'password' }
  expect(await errorOf(post(server, 'token', wrong))).toEqual([400, 'unsupported_grant_type'])
})

test('the answer comes by query or fragment, and with iss if advertised', async () => {
  const server = start()
  const form = { ...asked, response_mode: 'fragment' }
  const { hash, search } = located(await post(server, 'authorize', form))
  expect(search).toBe('')
  expect(Object.fromEntries(new URLSearchParams(hash.slice(1)))).toMatchObject({
    state: 's1',
    iss: issuer,
    code: expect.stringMatching(/^[\w-]{43}$/),
  })
  server.options.metadata = { authorization_response_iss_parameter_supported: undefined }
  expect(Object.keys(await callback(server))).toEqual(['code', 'state'])
  expect(Object.keys((await (await discover(server)).json()) as Form).join()).not.toContain('iss_')
})

test('consent decides on user, scope and claims, or refuses', async () => {
  const server = start({ claims: { sub: 'ada', role: 'x' }, idTokenClaims: ['role'] })
  const asAda = await signIn(server, { acr_values: 'gold silver' })
  expect(decodeJwt(asAda['id_token']!)).toMatchObject({ sub: 'ada', role: 'x', acr: 'gold' })
  expect(decodeJwt(asAda['id_token']!)['auth_time']).toBeGreaterThan(1e9)
  server.options.idTokenClaims = []
  server.consent = { subject: 'bob', scope: 'openid', claims: { role: 'y' } }
  const asBob = await signIn(server)
  expect(decodeJwt(asBob.id_token!)).toMatchObject({ sub: 'bob' })
  expect(decodeJwt(asBob.id_token!)).not.toHaveProperty('role')
  const me = await get(server, 'userinfo', {}, bearer(asBob.access_token!))
  expect(await me.json()).toEqual({ sub: 'bob', role: 'y' })
  expect(asBob.scope).toBe('openid')
  server.consent = async (params) => ({
    error: 'access_denied',
    errorDescription: params.get('prompt') ?? '',
  })
  expect(await callback(server, { prompt: 'none' })).toEqual({
    error: 'access_denied',
    error_description: 'none',
    state: 's1',
    iss: issuer,
  })
})
