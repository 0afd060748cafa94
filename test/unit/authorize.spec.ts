import { expect, test } from '@playwright/test'
import type { SignInRequest } from '../../src/door.js'
import type { AuthOptions } from '../../src/options.js'
import type { Active } from '../../src/vault/record.js'
import { authorize } from '../../src/vault/sign-in/authorize.js'
import { issuer, room, server } from '../support/sign-ins.js'

// What a sign-in asks of the server, and remembers of it.

const { fetch } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch }))

const key = { alg: 'ES256' } as never
const dpop = { createKey: async () => key, thumbprint: async () => 'JKT' }

interface Given {
  request?: Partial<SignInRequest>
  options?: Partial<AuthOptions>
  session?: Partial<Active>
}

/** Ask: the query that goes to the server, and the transaction that stays. */
async function ask({ request, options, session }: Given = {}) {
  const { context, pending } = await room(options, session, dpop)
  const given = { via: 'redirect', returnTo: 'https://app.example/deep', ...request } as const
  const url = new URL(await authorize(context, given))
  const query = Object.fromEntries(url.searchParams)
  const state = Object.keys(pending())[0] ?? ''
  return { url, query, state, transaction: pending()[state] }
}

const refused = (given: Given): Promise<string> =>
  ask(given).then(
    () => 'allowed',
    ({ code }: { code: string }) => code,
  )

test('the authorization request names the client, and the transaction its secrets', async () => {
  const { url, query, state, transaction } = await ask()
  expect(url.origin + url.pathname).toBe(server.authorization_endpoint)
  expect(query).toMatchObject({
    client_id: 'app',
    redirect_uri: 'https://app.example/sign-ins',
    response_type: 'code',
    code_challenge_method: 'S256',
    state,
  })
  expect(transaction).toMatchObject({
    via: 'redirect',
    returnTo: 'https://app.example/deep',
    isSilent: false,
    server,
  })
  for (const name of ['nonce', 'maxAge', 'acrValues', 'key', 'pushed', 'resource'] as const)
    if (name !== 'nonce') expect(transaction?.[name], name).toBe(undefined)
  expect(transaction?.nonce).toBe(query['nonce'])
})

test('a redirect URI of its own is sent, and kept for a second request', async () => {
  const redirectUri = 'https://app.example/callback.html'
  const { query, transaction } = await ask({
    request: { redirectUri, scope: 'openid offline_access' },
  })
  expect(query['redirect_uri']).toBe(redirectUri)
  expect(transaction).toMatchObject({ redirectUri, unprompted: { redirectUri } })
})

test('a nonce is sent only with the scope openid', async () => {
  const plain = await ask({ options: { scope: 'profile' } })
  expect(plain.query).not.toHaveProperty('nonce')
  expect(plain.transaction?.nonce).toBe(undefined)
  expect((await ask({ options: { scope: 'openid' } })).query).toHaveProperty('nonce')
})

test('scopes and resources of every resource are asked for once', async () => {
  const options: Partial<AuthOptions> = {
    scope: 'openid a',
    resources: [
      { url: '/api', scope: 'a b', resource: 'https://api.example/' },
      { url: '/other', resource: 'https://api.example/' },
      '/plain',
    ],
  }
  const { url, query, transaction } = await ask({ options })
  expect(query['scope']).toBe('openid a b')
  expect(url.searchParams.getAll('resource')).toEqual(['https://api.example/'])
  expect(transaction).toMatchObject({ scope: 'openid a b', resource: 'https://api.example/' })
  const asked = await ask({ options, request: { scope: 'c', resource: 'https://b.example/' } })
  expect(asked.query['scope']).toBe('c a b')
  expect(asked.transaction?.resource).toBe('https://b.example/')
  const both = ['https://b.example/', 'https://api.example/']
  expect(asked.url.searchParams.getAll('resource')).toEqual(both)
})

test('a scope requested by signIn() is added to the scope of the session', async () => {
  const session = { session: { scope: ['openid', 'b'], tokenType: 'bearer', issuer } } as const
  const scope = async (given: Given) => (await ask(given)).query['scope']
  const options = { scope: 'openid a' }
  expect(await scope({ options, session, request: { scope: 'c' } })).toBe('openid a b c')
  expect(await scope({ options, session })).toBe('openid a')
  expect(await scope({ options, request: { scope: 'c' } })).toBe('c')
})

test('an idle time that never ends is refused', async () => {
  for (const [idle, wanted] of [
    [{ after: 60 }, 'allowed'],
    [{ after: 60, warn: 59 }, 'allowed'],
    [{ after: 60, warn: 60 }, 'config'],
    [{ after: 0 }, 'config'],
  ] as const)
    expect(await refused({ options: { idle } })).toBe(wanted)
})

test('the options of signIn() are sent under the parameter names of the protocol', async () => {
  const { query, transaction } = await ask({
    request: {
      prompt: 'login',
      maxAge: 60,
      acrValues: 'gold',
      loginHint: 'a',
      uiLocales: 'de',
      authorizationDetails: [{ type: 'b' }],
      params: { extra: '1', none: '' },
    },
  })
  expect(query).toMatchObject({
    prompt: 'login',
    max_age: '60',
    acr_values: 'gold',
    login_hint: 'a',
    ui_locales: 'de',
    authorization_details: '[{"type":"b"}]',
    extra: '1',
  })
  expect(query).not.toHaveProperty('none')
  expect(transaction).toMatchObject({ maxAge: 60, acrValues: 'gold' })
  const bare = await ask({ request: { authorizationDetails: null as never } })
  for (const name of ['prompt', 'max_age', 'acr_values', 'authorization_details', 'resource'])
    expect(bare.query).not.toHaveProperty(name)
})

test('a maxAge that is no number of seconds is refused', async () => {
  for (const maxAge of [-1, 1.5, NaN]) expect(await refused({ request: { maxAge } })).toBe('config')
  const { transaction } = await ask({ options: { params: { max_age: '0' } } })
  expect(transaction?.maxAge).toBe(0)
})

test('the ID token is sent as a hint only with prompt=none', async () => {
  const idToken = 'ID'
  const silent = await ask({ session: { idToken }, request: { prompt: 'none' } })
  expect(silent.query['id_token_hint']).toBe('ID')
  expect(silent.transaction?.isSilent).toBe(true)
  expect((await ask({ session: { idToken } })).query).not.toHaveProperty('id_token_hint')
  expect((await ask({ request: { prompt: 'none' } })).query).not.toHaveProperty('id_token_hint')
  const long = { session: { idToken: 'I'.repeat(2001) }, request: { prompt: 'none' as const } }
  expect((await ask(long)).query).not.toHaveProperty('id_token_hint')
  const most = { session: { idToken: 'I'.repeat(2000) }, request: { prompt: 'none' as const } }
  expect((await ask(most)).query).toHaveProperty('id_token_hint')
})

test('with dpop the code is bound to a key', async () => {
  const { query, transaction } = await ask({ options: { dpop: true } })
  expect([query['dpop_jkt'], transaction?.key]).toEqual(['JKT', key])
  const plain = await ask()
  expect([plain.query['dpop_jkt'], plain.transaction?.key]).toEqual([undefined, undefined])
})

test('an endpoint keeps its own query, but no parameter of the request', async () => {
  const endpoint = `${server.authorization_endpoint}?tenant=1&client_id=evil`
  const given = { ...server, authorization_endpoint: endpoint }
  const { url } = await ask({ options: { server: given } })
  expect(url.searchParams.get('tenant')).toBe('1')
  expect(url.searchParams.getAll('client_id')).toEqual(['app'])
})

const par = { ...server, pushed_authorization_request_endpoint: `${issuer}/par` }

/** A PAR endpoint that answers so. @returns the forms that it got, and whether with a proof */
function pushing(...answers: object[]): [form: string, proof: string | null][] {
  const got: [string, string | null][] = []
  globalThis.fetch = async (_, init) => {
    got.push([String(init?.body), new Headers(init?.headers).get('dpop')])
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    return Response.json(answer, { status: answer && 'error' in answer ? 400 : 201 })
  }
  return got
}

test('a pushed request leaves only its request_uri in the URL', async () => {
  for (const options of [
    { par: true, server: par },
    { server: { ...par, require_pushed_authorization_requests: true } },
  ]) {
    const got = pushing({ request_uri: 'urn:1' })
    const { query, transaction } = await ask({ options })
    expect(query).toEqual({ client_id: 'app', request_uri: 'urn:1' })
    expect(got[0]?.[0]).toContain('code_challenge=')
    expect(transaction?.pushed).toMatchObject({ via: 'redirect' })
    const again = await ask({ options, request: { by: 'retry' } })
    expect(again.transaction?.pushed).toBe(undefined)
    expect(await refused({ options, request: { via: 'link' } })).toBe('unsupported')
  }
  expect(await refused({ request: { via: 'link' } })).toBe('allowed')
  expect(await refused({ options: { par: true } })).toBe('unsupported')
})

test('an answer to a pushed request without a request_uri is refused', async () => {
  for (const request_uri of [undefined, '', 7]) {
    pushing({ request_uri })
    expect(await refused({ options: { par: true, server: par } })).toBe('invalid_response')
  }
  pushing({ error: 'invalid_client' })
  expect(await refused({ options: { par: true, server: par } })).toBe('oauth_error')
})

test('a pushed request has a proof only if the server demands one', async () => {
  const options = { par: true, server: par, dpop: true }
  const send = (_: unknown, __: unknown, work: (proof: string) => Promise<Response>) => work('P')
  const asks = { error: 'invalid_dpop_proof' }
  Object.assign(dpop, { send })
  const got = pushing(asks, { request_uri: 'urn:1' })
  expect((await ask({ options })).query['request_uri']).toBe('urn:1')
  expect(got.map(([, proof]) => proof)).toEqual([null, 'P'])
  const other = pushing({ error: 'invalid_scope' })
  expect(await refused({ options })).toBe('oauth_error')
  expect(other).toHaveLength(1)
  const without = pushing(asks)
  expect(await refused({ options: { ...options, dpop: false } })).toBe('oauth_error')
  expect(without).toHaveLength(1)
})
