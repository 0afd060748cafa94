import { createNotes } from '../../src/vault/notes.js'
import { expect, test } from '@playwright/test'
import * as fc from 'fast-check'
import { isSecure } from '../../src/lib/url.js'
import { resolveConfig } from '../../src/config.js'
import { isAuthError } from '../../src/errors.js'
import type { AuthorizationServer, Store } from '../../src/options.js'
import type { VaultContext } from '../../src/vault/context.js'
import { fromServer } from '../../src/vault/token/errors.js'
import { discover } from '../../src/vault/sign-in/discovery.js'
import { requestTokens, type TokenSet } from '../../src/vault/token/endpoint.js'
import { always, anything, documents, isUnpolluted } from '../support/fuzz.js'
import { startedAt } from '../support/vault.js'

// Whatever a server answers: it is understood, or it is an AuthError that repeats no secret of it.

const issuer = 'https://id.example'
const config = resolveConfig(
  { issuer, clientId: 'app', redirectUri: '/', scope: 'openid offline_access' },
  'https://app.example/',
)
const nothing: Store = {
  get: async () => undefined,
  update: async (_, fn) => [undefined, fn(undefined)],
}

/** The answer to every request from now on. */
function answer(given: BodyInit, init: ResponseInit = {}): void {
  globalThis.fetch = async () => new Response(given, init)
}

const real = globalThis.fetch
test.afterEach(() => void (globalThis.fetch = real))

const secrets = ['CODE-c9b1f0', 'VERIFIER-77aa', 'TOKEN-0f3e']

/** The failure is an AuthError, short and without secrets. */
function expectKind(failure: unknown): void {
  const error = fromServer(failure)
  const { name, message, hint = '', cause, oauth } = error
  if (!isAuthError(error)) throw new Error(`${name} got out.`)
  if (cause !== undefined || hint.length > 600) throw new Error(`It says too much: ${hint}`)
  for (const secret of secrets)
    if (JSON.stringify([message, hint, oauth]).includes(secret))
      throw new Error(`It says ${secret}.`)
  for (const text of Object.values(oauth ?? {}))
    if (text !== undefined && text.length > 500) throw new Error('The server says too much.')
}

const url = ['https://id.example/x', 'http://127.0.0.1/x', 'http://evil.example', 'javascript:1//']
const members: Record<string, unknown[]> = {
  issuer: [issuer, issuer, issuer, 'https://evil.example'],
  authorization_endpoint: url,
  token_endpoint: url,
  userinfo_endpoint: url,
  revocation_endpoint: url,
  end_session_endpoint: url,
  jwks_uri: url,
  pushed_authorization_request_endpoint: url,
  require_pushed_authorization_requests: [true, 'false'],
  authorization_response_iss_parameter_supported: [true, 'false'],
  id_token_signing_alg_values_supported: [['RS256', 'none', 'HS256'], 'none', ['HS512']],
}

// Not `expect`, which records each call.
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

function expectSound(server: AuthorizationServer): void {
  for (const [name, value] of Object.entries(server) as [string, unknown][]) {
    must(Object.hasOwn(members, name), `${name} is kept.`)
    if (/_(endpoint|uri)$/.test(name))
      must(typeof value === 'string' && isSecure(new URL(value)), `${name}: ${value}`)
  }
  must(server.issuer === issuer, `The issuer is ${server.issuer}.`)
  must(!/none|HS/.test(String(server.id_token_signing_alg_values_supported)), 'It may be unsigned.')
}

test('a discovery document is understood, or refused with an AuthError', async () => {
  let sound = 0
  await always(
    documents(members),
    async (document) => {
      answer(JSON.stringify(document))
      const context = {
        config,
        notes: createNotes(),
        sharedStore: nothing,
      } as unknown as VaultContext
      try {
        expectSound(await discover(context))
        sound++
      } catch (error) {
        if (!isAuthError(error)) throw error
        expectKind(error)
      }
      return isUnpolluted()
    },
    2000,
  )
  expect(sound).toBeGreaterThan(20)
})

const jwt = (claims: unknown): string =>
  [{ alg: 'RS256' }, claims, 'x']
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

const now = Math.floor(Date.now() / 1000)
const claims = documents({
  iss: [issuer],
  sub: ['ada', 'ada', ''],
  aud: ['app', ['app', 'other']],
  azp: ['app', 'other'],
  nonce: ['n'],
  iat: [now],
  exp: [now + 300, now + 300, now - 300],
  auth_time: [now, 0],
})
const tokens = documents({
  access_token: [secrets[2], secrets[2], secrets[2], ['a', 'b']],
  token_type: ['Bearer', 'bearer', 'DPoP'],
  expires_in: [300, '300', -1, 1e300],
  expires: [300, now + 300],
  refresh_token: ['R'],
  scope: ['openid', ['openid', 'x']],
})

const transaction = { ...startedAt(issuer), codeVerifier: 'VERIFIER-77aa' }

function expectUsable({ token, user, refreshToken }: TokenSet): void {
  must(typeof token.value === 'string' && token.value !== '', 'It is no token.')
  must(Number.isSafeInteger(Math.round(token.expiresAt)), `It lives until ${token.expiresAt}.`)
  must(/string|undefined/.test(typeof refreshToken), 'It is no refresh token.')
  must(!Object.hasOwn(user, '__proto__'), 'A claim sets a prototype.')
  const ofTheToken = /^(exp|iat|nonce|aud|azp)$/
  must(!Object.keys(user).some((name) => ofTheToken.test(name)), 'A claim is about the token.')
}

test('a token answer is understood, or refused with an AuthError', async () => {
  let understood = 0
  await always(
    fc.tuple(tokens, claims, fc.boolean(), fc.constantFrom(200, 200, 200, 201, 400, 401, 500)),
    async ([document, said, refreshes, status]) => {
      answer(JSON.stringify({ id_token: jwt(said), ...document }), { status })
      const [code, code_verifier] = secrets
      const request = requestTokens(
        { config, notes: createNotes() },
        {
          server: transaction.server,
          form: { code, code_verifier },
          timeout: 1000,
          isOpenid: true,
          ...(!refreshes && { expected: transaction }),
        },
      )
      const set = await request.catch((failure: unknown) => void expectKind(failure))
      if (set) expectUsable(set)
      if (set) understood++
      return isUnpolluted()
    },
    2000,
  )
  expect(understood).toBeGreaterThan(10)
})

test('an error message of the server is passed on, shortened', async () => {
  const words = fc.oneof(fc.string({ maxLength: 2000 }), fc.constant('x'.repeat(2000)), anything)
  const errors = fc.record({ error: words, error_description: words, error_uri: words })
  const after = fc.oneof(fc.nat().map(String), fc.string({ unit: 'grapheme-ascii' }))
  await always(
    fc.tuple(errors, fc.integer({ min: 200, max: 599 }), after),
    async ([document, status, retryAfter]) => {
      const empty = [204, 205, 304].includes(status)
      const headers = { 'retry-after': retryAfter.trim() }
      answer(empty ? (null as unknown as string) : JSON.stringify(document), { status, headers })
      const request = requestTokens(
        { config, notes: createNotes() },
        {
          server: transaction.server,
          form: {},
          timeout: 1000,
          isOpenid: false,
        },
      )
      await request.catch((failure: unknown) => expectKind(failure))
      return isUnpolluted()
    },
    2000,
  )
})

test('an endless answer is cut off after 256 kB', async () => {
  let sent = 0
  const piece = new TextEncoder().encode(' '.repeat(65_536))
  const endless = new ReadableStream({
    pull(stream) {
      sent += piece.length
      stream.enqueue(piece)
    },
  })
  answer(endless)
  const asked = discover({
    config,
    notes: createNotes(),
    sharedStore: nothing,
  } as unknown as VaultContext)
  await expect(asked).rejects.toMatchObject({ name: 'AuthError' })
  expect(sent).toBeLessThan(1_000_000)
})
