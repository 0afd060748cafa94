import { expect, test } from '@playwright/test'
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose'
import * as oauth from 'oauth4webapi'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import { serve } from '../support/node-server.js'
import {
  issuer,
  verifier,
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
  errorOf,
  text,
  type Form,
} from '../support/mock-server.js'

test('oauth4webapi and jose accept the whole flow, over HTTP', async () => {
  let server: MockServer | undefined
  const { origin, close } = await serve((request) => server!.fetch(request))
  server = createMockServer({ issuer: `${origin}/t/abc`, claims: { name: 'Ada' } })
  const http = { [oauth.allowInsecureRequests]: true }
  const url = new URL(server.issuer)
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const found = await oauth.discoveryRequest(url, { algorithm, ...http })
    await oauth.processDiscoveryResponse(url, found)
  }
  const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, http))
  const client = { client_id: 'spa' }
  const none = oauth.None()

  const query = new URLSearchParams({ ...asked, nonce: 'n1', max_age: '60' })
  const login = await fetch(`${as.authorization_endpoint}?${query}`, { redirect: 'manual' })
  const params = oauth.validateAuthResponse(as, client, located(login), 's1')
  expect(params.get('iss')).toBe(server.issuer)
  const back = asked.redirect_uri
  const exchanged = await oauth.processAuthorizationCodeResponse(
    as,
    client,
    await oauth.authorizationCodeGrantRequest(as, client, none, params, back, verifier, http),
    { expectedNonce: 'n1', maxAge: 60, requireIdToken: true },
  )
  const keys = createLocalJWKSet((await (await fetch(as.jwks_uri!)).json()) as JSONWebKeySet)
  const expected = { issuer: server.issuer, audience: 'spa', algorithms: ['ES256'] }
  const { payload } = await jwtVerify(exchanged.id_token!, keys, expected)
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', text(exchanged.access_token)))
  expect(payload.at_hash).toBe(hash.subarray(0, 16).toString('base64url'))
  await jwtVerify(exchanged.access_token, keys, { typ: 'at+jwt', issuer: server.issuer })

  const refreshed = await oauth.processRefreshTokenResponse(
    as,
    client,
    await oauth.refreshTokenGrantRequest(as, client, none, exchanged.refresh_token!, http),
  )
  expect(refreshed.access_token).not.toBe(exchanged.access_token)
  const me = await oauth.userInfoRequest(as, client, refreshed.access_token, http)
  const claims = await oauth.processUserInfoResponse(as, client, payload.sub!, me)
  expect(claims).toEqual({ sub: 'user-1', name: 'Ada' })
  const token = refreshed.refresh_token!
  await oauth.processRevocationResponse(
    await oauth.revocationRequest(as, client, none, token, http),
  )
  expect(server.verify(refreshed.access_token)).toBeUndefined()
  await close()
})
test('a pushed request counts alone, once, and for its client', async () => {
  const server = start({ metadata: { require_pushed_authorization_requests: true } })
  expect((await get(server, 'authorize', asked)).status).toBe(400)
  const pushed = await post(server, 'par', asked)
  expect(pushed.status).toBe(201)
  const { request_uri = '' } = (await pushed.json()) as Form
  const go = (client_id: string) => get(server, 'authorize', { client_id, request_uri, state: 'x' })
  expect((await go('other')).status).toBe(400)
  const back = located(await go('spa')).searchParams
  expect(back.get('state')).toBe('s1')
  expect((await exchange(server, back.get('code')!)).status).toBe(200)
  expect((await go('spa')).status).toBe(400)
  const nested = { ...asked, request_uri }
  expect(await errorOf(post(server, 'par', nested))).toEqual([400, 'invalid_request'])
})

test('a plain OAuth 2.0 server has opaque tokens, no ID token and no OpenID discovery', async () => {
  const server = start({ openid: false })
  expect((await discover(server)).status).toBe(404)
  expect((await get(server, 'jwks')).status).toBe(404)
  const document = 'http://as.test/.well-known/oauth-authorization-server/t/abc'
  const metadata = (await (await server.fetch(new Request(document))).json()) as Form
  expect(metadata).toMatchObject({ issuer, token_endpoint: `${issuer}/token` })
  expect(metadata).not.toHaveProperty('jwks_uri')
  const openid = await signIn(server, { scope: 'openid' })
  expect(openid).not.toHaveProperty('id_token')
  const tokens = await signIn(server, { scope: 'read' })
  expect(Object.keys(tokens).toSorted().join(' ')).toBe(
    'access_token expires_in refresh_token scope token_type',
  )
  expect(tokens.access_token).not.toContain('.')
  expect((await get(server, 'userinfo', {}, bearer(tokens.access_token!))).status).toBe(200)
})

test('CORS lets any origin read what is meant for scripts, and nothing else', async () => {
  const server = start()
  const origin = 'access-control-allow-origin'
  for (const path of ['token', 'jwks', 'userinfo', 'revocation', 'par'] as const) {
    const allowed = (await get(server, path, {}, { method: 'OPTIONS' })).headers
    expect(allowed.get(origin)).toBe('*')
    const named = allowed.get('access-control-allow-headers')!.includes('authorization')
    expect(named).toBe(path === 'userinfo')
    expect((await get(server, path)).headers.get(origin)).toBe('*')
  }
  expect((await discover(server)).headers.get(origin)).toBe('*')
  for (const path of ['authorize', 'end_session'] as const) {
    expect((await get(server, path, {}, { method: 'OPTIONS' })).headers.has(origin)).toBe(false)
    expect((await get(server, path, asked)).headers.has(origin)).toBe(false)
  }
  server.fail('token', { cors: false }, 2)
  const refused = await get(server, 'token', {}, { method: 'OPTIONS' })
  expect([...refused.headers.keys()].join()).not.toContain('access-control')
  expect((await post(server, 'token', {})).headers.has(origin)).toBe(false)
  expect((await post(server, 'token', {})).headers.has(origin)).toBe(true)
})

test('userinfo challenges a request without a live token for openid', async () => {
  const server = start()
  const ask = async (init?: RequestInit) => {
    const answer = await get(server, 'userinfo', {}, init)
    return [answer.status, answer.headers.get('www-authenticate')]
  }
  expect(await ask()).toEqual([401, 'Bearer'])
  expect(await ask(bearer('nonsense'))).toEqual([401, 'Bearer error="invalid_token"'])
  const { access_token: token = '' } = await signIn(server, { scope: 'profile' })
  expect((await ask(bearer(token)))[0]).toBe(403)
})

test('revocation is always 200 and takes the grant of its own client only', async () => {
  const server = start()
  const { access_token: access = '', refresh_token: token = '' } = await signIn(server)
  const revoke = async (form: Form) => (await post(server, 'revocation', form)).status
  expect(await revoke({ token: 'nonsense', client_id: 'spa' })).toBe(200)
  expect(await revoke({ token, client_id: 'other' })).toBe(200)
  expect(server.verify(access)).toBeDefined()
  expect(await revoke({ token, client_id: 'spa' })).toBe(200)
  expect(server.verify(access)).toBeUndefined()
})

test('after sign-out the browser goes where the client asked, or sees a page', async () => {
  const server = start()
  const target = { post_logout_redirect_uri: 'http://app.test/bye', state: 'o1' }
  expect(located(await get(server, 'end_session', target)).href).toBe(
    'http://app.test/bye?state=o1',
  )
  const page = await get(server, 'end_session')
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
})

test('the ledger has every request, and `secrets` every secret', async () => {
  const server = start()
  const { code } = await callback(server)
  await get(server, 'token', {}, { method: 'OPTIONS' })
  const tokens = (await (await exchange(server, code)).json()) as Form
  await server.fetch(new Request('http://as.test/elsewhere?a=1&a=2'))
  expect(server.ledger.map((it) => [it.endpoint, it.method, it.status])).toEqual([
    ['authorize', 'GET', 302],
    ['token', 'OPTIONS', 204],
    ['token', 'POST', 200],
    ['unknown', 'GET', 404],
  ])
  expect(server.ledger[3]?.params).toEqual({ a: '2' })
  expect(server.requests('token')).toHaveLength(1)
  expect(server.requests('token')[0]?.params).toMatchObject({ code, code_verifier: verifier })
  expect(server.requests('token')[0]?.headers).toHaveProperty('content-type')
  const { access_token: access, refresh_token: refresh, id_token: id } = tokens
  expect([...server.secrets].toSorted()).toEqual([code, access, refresh, id].toSorted())
})

test('the front-channel logout page has a frame for each registered page', async () => {
  const uris = ['https://app.example.com/logout?a=1&b=2', 'https://shop.example.com/logout?c=3']
  const server = start({ frontchannelLogoutUris: uris })
  expect(await (await discover(server)).json()).toMatchObject({
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  })
  const { id_token = '' } = await signIn(server)
  await signIn(server)
  const target = {
    id_token_hint: id_token,
    post_logout_redirect_uri: 'https://app.example.com/bye',
  }
  const page = await get(server, 'end_session', target)
  expect(page.headers.get('refresh')).toBe('2;url=https://app.example.com/bye')
  const { sid = '' } = decodeJwt<Form>(id_token)
  const html = (await page.text()).replaceAll('&amp;', '&')
  const query = new URLSearchParams({ iss: issuer, sid }).toString()
  for (const uri of uris) expect(html).toContain(`src="${uri}&${query}"`)
  const other = await get(server, 'end_session', { ...target, id_token_hint: 'no.token.here' })
  expect(other.headers.get('refresh')).toBe('2;url=https://app.example.com/bye')
})
