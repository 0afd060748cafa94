import { inspect } from 'node:util'
import { expect, test } from '@playwright/test'
import { resolveConfig } from '../../src/config.js'
import { createAuth, isAuthError, type AuthError } from '../../src/index.js'

type Given = Record<string, unknown>

const usual = { issuer: 'https://id.example.com', clientId: 'app', redirectUri: '/' }
const authorization_endpoint = 'https://as.example/authorize'
const token_endpoint = 'https://as.example/token'
const endpoints = { authorization_endpoint, token_endpoint }
const oauth = { issuer: undefined, server: endpoints }
const page = 'https://app.example/deep/page?a=1#b'
const get = async (): Promise<undefined> => undefined
const update = async (): Promise<[undefined, undefined]> => [undefined, undefined]

/** What the usual options, changed like this, are refused with. */
function refused(given: Given): AuthError | undefined {
  try {
    createAuth({ ...usual, ...given } as never)
  } catch (error) {
    expect(isAuthError(error), String(error)).toBe(true)
    return error as AuthError
  }
  return undefined
}

/** The usual options, changed like this, as they are resolved on the page. */
const resolved = (given: Given, base = page) => resolveConfig({ ...usual, ...given } as never, base)

/** The value of an option, or of a member of it, on one line for a title. */
function show(option: string, value: unknown): string {
  const [, member] = option.split('.')
  const shown = member ? (value as Given)[member] : value
  return inspect(shown, { breakLength: Infinity, depth: 4 })
}

// The option, what is wrong with it, and a word of the remedy.
const wrong: [option: string, value: unknown, remedy: RegExp][] = [
  ['issuer', 'http://id.example.com', /https/],
  ['issuer', 'http://localhost.evil.example', /https/],
  ['issuer', 'http://127.0.0.1.evil.example', /https/],
  ['issuer', 'http://mylocalhost', /https/],
  ['issuer', 'ftp://id.example.com', /https/],
  ['issuer', 'id.example.com', /URL|https/],
  ['issuer', '/auth', /URL|https/],
  ['issuer', 'https://', /URL/],
  ['issuer', '', /URL|set it/],
  ['issuer', 7, /URL|string/],
  ['issuer', 'https://id.example.com/?a=1', /query/],
  ['issuer', 'https://id.example.com/#a', /fragment/],
  ['issuer', 'https://me@id.example.com/', /credentials/],
  ['issuer', 'https://:s3cret@id.example.com/', /credentials/],
  ['scope', ['openid'], /string/],
  ['clientId', undefined, /set it/],
  ['clientId', '', /set it/],
  ['clientId', 7, /set it|string/],
  ['redirectUri', undefined, /URL/],
  ['redirectUri', 'https://', /URL/],
  ['redirectUri', 'http://app.example/cb', /https/],
  ['redirectUri', '/cb#x', /fragment/],
  ['redirectUri', 'https://me:s3cret@app.example/cb', /credentials/],
  ['resources', ['http://api.example/'], /https/],
  ['resources', ['https://api.example/?v=1'], /query/],
  ['resources', ['/api#x'], /fragment/],
  ['resources', [{ url: 'https://me@api.example/' }], /credentials/],
  ['resources', [{ scope: 'read' }], /URL/],
  ['resources', ['api.example.com'], /URL|path|https/],
  ['resources', ['*'], /URL|path|https/],
  ['resources', 'https://api.example/', /give a list/],
  ['resources', { url: 'https://api.example/' }, /list/],
  ['params', ['prompt'], /object/],
  ['issuer', 'https://id.example.com/r/.well-known/openid-configuration', /\.well-known/],
  ['issuer', 'https://id.example/.well-known/oauth-authorization-server/r', /\.well-known/],
  ['authority', 'https://id.example.com', /issuer/],
  ['client_id', 'app', /clientId/],
  ['redirect_uri', '/', /redirectUri/],
  ['audience', 'api', /params/],
  ['postLogoutRedirectUri', 'http://app.example/bye', /https/],
  ['postLogoutRedirectUri', 'javascript:alert(1)', /https/],
  ['par', 'yes', /true|boolean/],
  ['dpop', 'yes', /boolean/],
  ['store', 'localStorage', /indexeddb.*session.*memory/],
  ['store', { get }, /update|Store/],
  ['store', { update }, /get|Store/],
  ['stepUp', 'popout', /"reject", "popup" or "redirect"/],
  ['stepUp', true, /"reject"/],
  ['store', null, /indexeddb|object/],
  ['timeout', 0, /seconds/],
  ['timeout', -1, /seconds/],
  ['timeout', 10_000, /seconds/],
  ['timeout', Number.NaN, /seconds/],
  ['timeout', Infinity, /seconds/],
  ['timeout', '10', /seconds|number/],
  ['verifySignature', 'yes', /boolean/],
  ['params', null, /object/],
  ['navigate', '/home', /function/],
  ['redirectURI', '/', /no such option/],
  ['constructor', '/', /no such option/],
  ['toString', '/', /no such option/],
  ['clientSecret', 's3cret', /public client/],
  ['client_secret', 's3cret', /public client/],
  ['params', { client_secret: 's3cret' }, /public client/],
  ['params', { clientSecret: 's3cret' }, /public client/],
  ['params', { max_age: 0 }, /"max_age".*string/],
  ['params', { response_mode: 'form_post' }, /query.*fragment/],
  ['params', { response_mode: 'jwt' }, /query.*fragment/],
  ['tokenParams', { my_app_secret: 's3cret' }, /public client/],
  ['tokenParams', { CLIENT_SECRET: 's3cret' }, /public client/],
  ['server', { client_secret: 's3cret' }, /public client/],
  ['server.userinfo_endpoint', { userinfo_endpoint: 'https://as.example/me#x' }, /fragment/],
  ['server.jwks_uri', { jwks_uri: 'http://as.example/jwks' }, /https/],
  ['server.token_endpoint', { ...endpoints, token_endpoint: 'http://as.example/t' }, /https/],
  ['server.token_endpoint', { ...endpoints, token_endpoint: '/oauth/token' }, /URL|https/],
  ['server.authorization_endpoint', { authorization_endpoint: 'javascript:alert(1)' }, /https/],
]

/** `given` is refused, and the message names the option and what to do. */
function expectRefusal(given: Given, option: string, remedy: RegExp): void {
  const error = refused(given)
  expect(error).toMatchObject({ code: 'config', retryable: false })
  expect(error?.message).toContain(`up incorrectly. ${option}: `)
  expect(error?.message).toMatch(remedy)
  expect(error?.message).not.toContain('s3cret')
}

for (const [option, value, remedy] of wrong)
  test(`${option} ${show(option, value)} is refused`, () => {
    expectRefusal({ [option.split('.')[0] ?? '']: value }, option, remedy)
  })

// The same for options that are wrong together.
const incomplete: [name: string, given: Given, option: string, remedy: RegExp][] = [
  [
    'dpop with a store of text only',
    { dpop: true, store: 'session' },
    'store',
    /session.*key.*dpop/,
  ],
  ['neither issuer nor endpoints', { issuer: undefined }, 'issuer', /endpoints/],
  ['a token endpoint alone', { ...oauth, server: { token_endpoint } }, 'issuer', /endpoints/],
  ['no token endpoint', { ...oauth, server: { authorization_endpoint } }, 'issuer', /endpoints/],
  [
    'verifySignature without a jwks_uri',
    { server: endpoints, verifySignature: true },
    'verifySignature',
    /jwks_uri/,
  ],
  ['openid without an issuer', { ...oauth, scope: 'email openid' }, 'scope', /issuer/],
]

for (const [name, given, option, remedy] of incomplete)
  test(`${name} is refused`, () => {
    expectRefusal(given, option, remedy)
  })

for (const given of [undefined, null])
  test(`createAuth(${given}) is refused`, () => {
    expect(() => createAuth(given as never)).toThrow(expect.objectContaining({ code: 'config' }))
  })

const reserved =
  `client_id redirect_uri response_type scope resource state nonce code code_challenge
  code_challenge_method code_verifier grant_type refresh_token request request_uri dpop_jkt
  client_assertion client_assertion_type`.split(/\s+/)

for (const option of ['params', 'tokenParams'])
  for (const name of reserved)
    test(`"${name}" is reserved, and refused in ${option}`, () => {
      expectRefusal({ [option]: { [name]: 'mine' } }, option, new RegExp(`"${name}" is reserved`))
    })

const tuned = { url: '/b', scope: 's', resource: 'urn:r', anonymous: true, redirect: 'error' }
const optional =
  `server scope resources dpop par store postLogoutRedirectUri verifySignature timeout
  navigate params tokenParams`.split(/\s+/)

const right: [name: string, given: Given][] = [
  ['the minimum', {}],
  ['an issuer with a path', { issuer: 'https://id.example.com/tenant/v2.0' }],
  ['http at localhost', { issuer: 'http://localhost:8080' }],
  ['http below localhost', { issuer: 'http://id.localhost/realm' }],
  ['http at 127.0.0.1', { issuer: 'http://127.0.0.1:8080' }],
  ['http anywhere in 127/8', { issuer: 'http://127.1.2.3' }],
  ['http at [::1]', { issuer: 'http://[::1]:8080/' }],
  ['a server without an issuer', oauth],
  ['a server and an issuer', { server: endpoints }],
  ['a server in part, beside an issuer', { server: { userinfo_endpoint: 'https://api.example/' } }],
  ['an endpoint with a query', { server: { token_endpoint: 'https://as.example/t?p=1' } }],
  ['a scope without openid', { ...oauth, scope: 'read write' }],
  ['a scope that only contains that word', { ...oauth, scope: 'not-openid openid.read' }],
  ['a redirect URI that is a path with a query', { redirectUri: '/cb?x=1' }],
  ['every kind of resource', { resources: ['/api', 'https://api.example', tuned] }],
  ['a store of the app’s own', { store: { get, update } }],
  ['a store in the tab', { store: 'session' }],
  ['a store in memory', { store: 'memory' }],
  ['a timeout of half a second', { timeout: 0.5 }],
  ['a function to navigate', { navigate: () => undefined }],
  ['par', { par: true }],
  ['verifySignature', { verifySignature: true }],
  [
    'verifySignature with a jwks_uri',
    { server: { ...endpoints, jwks_uri: token_endpoint }, verifySignature: true },
  ],
  [
    'parameters of the app’s own',
    { params: { prompt: 'login' }, tokenParams: { audience: 'api' } },
  ],
  ['an answer in the fragment', { params: { response_mode: 'fragment' } }],
  ['an answer in the query', { params: { response_mode: 'query' } }],
  ['every option undefined', Object.fromEntries(optional.map((name) => [name, undefined]))],
]

for (const [name, given] of right)
  test(`${name} is accepted`, () => {
    expect(refused(given)).toBeUndefined()
    expect(createAuth({ ...usual, ...given } as never).state).toEqual({ status: 'loading' })
  })

test('an option that is left out has its documented default', () => {
  expect(resolved({})).toMatchObject({
    scope: 'openid profile email',
    resources: [],
    store: 'indexeddb',
    timeout: 10_000,
    redirectUri: 'https://app.example/',
  })
  expect(resolved({}).postLogoutRedirectUri).toBeUndefined()
  expect(resolved(oauth).scope).toBe('')
  expect(Object.isFrozen(resolved({}))).toBe(true)
})

const spelled = ['https://app.example', 'HTTPS://App.Example/', 'https://app.example:443/a/../b']
for (const uri of spelled)
  test(`the URI ${uri} stays as it is spelled`, () => {
    const given = { redirectUri: uri, postLogoutRedirectUri: uri }
    expect(resolved(given)).toMatchObject(given)
  })

test('paths are resolved on the origin, whatever the page', () => {
  const given = { redirectUri: '/cb', resources: ['/api'], postLogoutRedirectUri: '/bye' }
  const { redirectUri, resources, postLogoutRedirectUri } = resolved(given)
  expect([redirectUri, resources[0]?.url.href, postLogoutRedirectUri]).toEqual([
    'https://app.example/cb',
    'https://app.example/api',
    'https://app.example/bye',
  ])
})

for (const path of ['cb', './cb', '', '?done=1'])
  test(`the redirect URI "${path}" does not depend on the current URL`, () => {
    const seen = new Set<string>()
    for (const base of [page, 'https://app.example/', 'https://app.example/x/y/?q=2']) {
      try {
        seen.add(resolved({ redirectUri: path }, base).redirectUri)
      } catch (error) {
        seen.add(`refused: ${(error as AuthError).code}`)
      }
    }
    expect([...seen]).toHaveLength(1)
  })

for (const uri of ['https://other.example/cb', '//other.example/cb', 'https://app.example:8443/cb'])
  test(`the redirect URI ${uri} of another origin is refused`, () => {
    expect(() => resolved({ redirectUri: uri })).toThrow(
      expect.objectContaining({
        code: 'config',
        message: expect.stringMatching(/ redirectUri: .*origin/),
      }),
    )
  })

test('changing the list of resources afterwards has no effect', () => {
  const resources = ['https://api.example/']
  const config = resolved({ resources })
  resources.push('https://evil.example/')
  expect(config.resources.map(({ url }) => url.href)).toEqual(['https://api.example/'])
})
