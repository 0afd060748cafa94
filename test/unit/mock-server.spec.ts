/* oxlint-disable max-lines -- one server, one vocabulary: to be split by dial when it grows */
import { get as httpGet } from 'node:http'
import { expect, test } from '@playwright/test'
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose'
import * as oauth from 'oauth4webapi'
import { createMockServer, type Endpoint, type MockServer } from '../../src/testing/index.js'
import type { MockServerOptions } from '../../src/testing/index.js'
import { serve } from '../node-server.js'

const issuer = 'http://as.test/t/abc'
const verifier = 'v'.repeat(43)
const challenge = await oauth.calculatePKCECodeChallenge(verifier)
const asked = {
  client_id: 'spa',
  redirect_uri: 'http://app.test/cb',
  response_type: 'code',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  scope: 'openid offline_access',
  state: 's1',
}
type Form = Record<string, string>

const start = (options: Partial<MockServerOptions> = {}): MockServer =>
  createMockServer({ issuer, ...options })
const get = (server: MockServer, path: Endpoint, query: Form = {}, init?: RequestInit) =>
  server.fetch(new Request(`${issuer}/${path}?${new URLSearchParams(query)}`, init))
const post = (server: MockServer, path: Endpoint, form: Form, init?: RequestInit) =>
  server.fetch(
    new Request(`${issuer}/${path}`, { method: 'POST', body: new URLSearchParams(form), ...init }),
  )
const discover = (server: MockServer) =>
  server.fetch(new Request(`${issuer}/.well-known/openid-configuration`))
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const located = (answer: Response) => new URL(answer.headers.get('location') ?? 'none:')

/** What the client's redirect URI receives. */
async function callback(server: MockServer, extra: Form = {}): Promise<Form> {
  const answer = await get(server, 'authorize', { ...asked, ...extra })
  return Object.fromEntries(located(answer).searchParams)
}
const exchange = (server: MockServer, code = '', extra: Form = {}) =>
  post(server, 'token', {
    grant_type: 'authorization_code',
    client_id: 'spa',
    redirect_uri: asked.redirect_uri,
    code,
    code_verifier: verifier,
    ...extra,
  })
async function signIn(server: MockServer, extra: Form = {}): Promise<Form> {
  const { code } = await callback(server, extra)
  return (await exchange(server, code)).json() as Promise<Form>
}
const refresh = (server: MockServer, token = '', extra: Form = {}, init?: RequestInit) =>
  post(
    server,
    'token',
    { grant_type: 'refresh_token', client_id: 'spa', refresh_token: token, ...extra },
    init,
  )
const errorOf = async (answer: Response | Promise<Response>) => {
  const { error } = (await (await answer).json()) as Form
  return [(await answer).status, error]
}
const outcomes = (server: MockServer) => server.refreshTokenUses.map((use) => use.outcome)
const reset = { name: 'ConnectionReset' }

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
const text = (value: string) => new TextEncoder().encode(value)

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

test('a code works once, and its second use revokes what the first one gave', async () => {
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

test('nobody is sent to an unknown client or redirect_uri', async () => {
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

test('a refresh rotates, may narrow the scope and choose a resource, and never widens', async () => {
  const server = start()
  const resource = 'http://api.test/'
  const first = await signIn(server, { resource })
  const narrow = { scope: 'openid', resource }
  const answer = await refresh(server, first.refresh_token, narrow)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const second = (await answer.json()) as Form
  expect(second).toMatchObject({ scope: 'openid', token_type: 'Bearer', expires_in: 300 })
  expect(server.verify(second.access_token!)).toMatchObject({ scope: 'openid', aud: resource })
  const ids = [first, second].map((tokens) => decodeJwt(tokens.access_token!).jti)
  expect(new Set(ids).size).toBe(2)
  const token = second.refresh_token
  expect(token).not.toBe(first.refresh_token)
  expect(await errorOf(refresh(server, token, { scope: 'admin' }))).toEqual([400, 'invalid_scope'])
  const foreign = { resource: 'http://b.test/' }
  expect(await errorOf(refresh(server, token, foreign))).toEqual([400, 'invalid_target'])
  const other = { client_id: 'other' }
  expect(await errorOf(refresh(server, token, other))).toEqual([400, 'invalid_grant'])
  expect((await refresh(server, token)).status).toBe(200)
  expect(await signIn(server, { scope: 'openid' })).not.toHaveProperty('refresh_token')
  expect(await signIn(server, { scope: 'offline_access' })).not.toHaveProperty('id_token')
})

test('of two presentations at one instant the second is reuse, and the family dies', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  const both = await Promise.all([refresh(server, token), refresh(server, token)])
  expect(both.map((answer) => answer.status)).toEqual([200, 400])
  const heir = (await both[0].json()) as Form
  expect(await errorOf(refresh(server, heir.refresh_token))).toEqual([400, 'invalid_grant'])
  expect(server.verify(heir.access_token!)).toBeUndefined()
  expect(outcomes(server)).toEqual(['rotated', 'reused', 'refused'])
  expect(server.refreshTokenUses[0]?.refreshToken).toBe(token)
})

test('the grace answers a rotated token once more, for its seconds', async () => {
  const server = start({ reuseGrace: 60 })
  const { refresh_token: token } = await signIn(server)
  for (const status of [200, 200, 400]) expect((await refresh(server, token)).status).toBe(status)
  expect(outcomes(server)).toEqual(['rotated', 'rotated', 'reused'])

  server.options.reuseGrace = 0.02
  const { refresh_token: late } = await signIn(server)
  await refresh(server, late)
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect((await refresh(server, late)).status).toBe(400)
})

test('without rotation the refresh token stays, and is not sent again', async () => {
  const server = start({ rotate: false })
  const { refresh_token: token } = await signIn(server)
  await refresh(server, token)
  expect(await (await refresh(server, token)).json()).not.toHaveProperty('refresh_token')
  expect(outcomes(server)).toEqual(['kept', 'kept'])
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

test('the answer comes by query or fragment, from GET or POST, with iss where advertised', async () => {
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

test('the person may be another, consent to less, take their time or refuse', async () => {
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

test('scripts of any origin may read what is meant for them, and nothing else', async () => {
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

test('a fault changes status, headers and body, in the order set and as often as said', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  server.fail('token', { status: 400, body: '', handled: false }, 2)
  server.fail('token', {
    body: (json) => ({ ...json, id_token: undefined, expires: `${json['expires_in']}` }),
  })
  server.fail('token', { status: 503, headers: { 'retry-after': '7', 'content-type': null } })
  for (const _ of [1, 2]) {
    const answer = await refresh(server, token)
    expect([answer.status, await answer.text()]).toEqual([400, ''])
  }
  expect(server.refreshTokenUses).toEqual([])
  const odd = (await (await refresh(server, token)).json()) as Form
  expect(odd).toMatchObject({ expires: '300' })
  expect(odd).not.toHaveProperty('id_token')
  const busy = await refresh(server, odd.refresh_token)
  expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7'])
  expect(busy.headers.has('content-type')).toBe(false)
  const kept = (await busy.json()) as Form
  expect((await refresh(server, kept.refresh_token)).status).toBe(200)
})

test('a fault may put other claims into a properly signed ID token', async () => {
  const server = start()
  server.fail('token', { idToken: { sub: 'eve', auth_time: 0, at_hash: undefined } })
  const { id_token: token = '' } = await signIn(server)
  const keys = createLocalJWKSet((await (await get(server, 'jwks')).json()) as JSONWebKeySet)
  const { payload } = await jwtVerify(token, keys)
  expect(payload).toMatchObject({ sub: 'eve', auth_time: 0 })
  expect(payload).not.toHaveProperty('at_hash')
})

test('a connection cut before leaves the token unused, one cut after does not', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  server.fail('token', { drop: 'before' })
  server.fail('token', { drop: 'after' })
  await expect(refresh(server, token)).rejects.toMatchObject(reset)
  expect(outcomes(server)).toEqual([])
  await expect(refresh(server, token)).rejects.toMatchObject(reset)
  expect(outcomes(server)).toEqual(['rotated'])
  expect(server.requests('token').map((entry) => entry.status)).toEqual([200, undefined, undefined])
  expect(await errorOf(refresh(server, token))).toEqual([400, 'invalid_grant'])
})

test('an answer hangs until it is healed or given up; a late one comes late, or when healed', async () => {
  const server = start()
  const { refresh_token: token } = await signIn(server)
  server.fail('token', { hang: true }, Infinity)
  const abort = new AbortController()
  const hang = (signal?: AbortSignal) =>
    expect(refresh(server, token, {}, signal && { signal })).rejects.toMatchObject(reset)
  const [givenUp, healed] = [hang(abort.signal), hang()]
  await new Promise((resolve) => setTimeout(resolve, 10))
  abort.abort()
  await givenUp
  await hang(abort.signal)
  server.heal()
  await healed
  expect(outcomes(server)).toEqual([])

  server.fail('jwks', { delay: 30 })
  server.fail('jwks', { delay: 60_000 })
  const before = performance.now()
  expect((await get(server, 'jwks')).status).toBe(200)
  expect(performance.now() - before).toBeGreaterThan(25)
  const late = get(server, 'jwks')
  await new Promise((resolve) => setTimeout(resolve, 10))
  server.heal()
  expect((await late).status).toBe(200)
  server.fail('jwks', { status: 500 })
  server.heal()
  expect((await get(server, 'jwks')).status).toBe(200)
})

test('tokens end when the test says so, and when their time is over', async () => {
  const server = start({ accessTokenLifetime: 2 })
  const { access_token: old = '', refresh_token: token } = await signIn(server)
  expect(server.verify(old)).toMatchObject({ scope: 'openid offline_access' })
  server.expireAccessTokens()
  expect(server.verify(old)).toBeUndefined()
  const { access_token: next = '', refresh_token: heir } = (await (
    await refresh(server, token)
  ).json()) as Form
  expect(server.verify(next)).toBeDefined()
  await expect.poll(() => server.verify(next), { timeout: 4000 }).toBeUndefined()
  server.options.accessTokenLifetime = 60
  const { access_token: last = '' } = await signIn(server)
  server.revokeGrants()
  expect(server.verify(last)).toBeUndefined()
  expect(await errorOf(refresh(server, heir))).toEqual([400, 'invalid_grant'])
})

test('new keys take the old ones out of the JWKS', async () => {
  const server = start()
  const { id_token: token = '' } = await signIn(server)
  const jwks = async () =>
    createLocalJWKSet((await (await get(server, 'jwks')).json()) as JSONWebKeySet)
  await jwtVerify(token, await jwks())
  await server.rotateKeys()
  await expect(jwtVerify(token, await jwks())).rejects.toThrow('no applicable key')
  await jwtVerify((await signIn(server)).id_token!, await jwks())
})

test('userinfo challenges whoever comes without a live token for openid', async () => {
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

test('the ledger has every request, and the secrets are all known', async () => {
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

const torn = () =>
  new ReadableStream({
    start: (it) => it.enqueue(text('first')),
    pull: (it) => it.error(new Error('torn')),
  })

test('over HTTP a cut is a cut, an error is a 500, and the handler hears when its client left', async () => {
  const server = start()
  const { origin, close } = await serve(async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/crash') throw new Error('boom')
    if (pathname === '/torn') return new Response(torn())
    return server.fetch(new Request(issuer + pathname, request))
  })
  for (const host of ['127.0.0.1', 'localhost']) {
    expect((await fetch(`${origin.replace('localhost', host)}/jwks`)).status).toBe(200)
  }
  server.fail('token', { drop: 'after' })
  const sent = { method: 'POST', body: new URLSearchParams({ a: 'b' }) }
  await expect(fetch(`${origin}/token`, sent)).rejects.toThrow('fetch failed')
  expect(server.requests('token').map((entry) => entry.params)).toEqual([{ a: 'b' }])
  const crash = await fetch(`${origin}/crash`)
  expect([crash.status, await crash.text()]).toEqual([500, 'Error: boom\n'])
  // By node:http: Node's fetch takes a body that was cut after `connection: close` for a whole one.
  const read = new Promise((resolve, reject) => {
    httpGet(`${origin}/torn`, (answer) => answer.on('error', reject).on('end', resolve).resume())
  })
  await expect(read).rejects.toThrow('aborted')

  let gone: AbortSignal | undefined
  let cancelled = false
  const endless = () =>
    new ReadableStream({
      start: (it) => it.enqueue(text('first')),
      cancel: () => void (cancelled = true),
    })
  const other = await serve(
    async (request) => {
      gone = request.signal
      return new Response(endless())
    },
    { host: '127.0.0.1' },
  )
  expect(other.origin).toContain('127.0.0.1')
  const abort = new AbortController()
  const stream = await fetch(other.origin, { signal: abort.signal })
  const { value } = await stream.body!.getReader().read()
  expect(new TextDecoder().decode(value)).toBe('first')
  expect(gone?.aborted).toBe(false)
  abort.abort()
  await expect.poll(() => gone?.aborted).toBe(true)
  await expect.poll(() => cancelled).toBe(true)
  expect((await fetch(other.origin)).ok).toBe(true)
  await Promise.all([close(), other.close()])
  await expect(fetch(`${origin}/jwks`)).rejects.toThrow('fetch failed')
})
