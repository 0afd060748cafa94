import { expect, test } from '@playwright/test'
import { AuthError } from '../../src/errors.js'
import {
  ErrorResponse,
  fromServer,
  oauthError,
  UnusableTokens,
} from '../../src/vault/token/errors.js'

// What an app is told of an answer of the server, or of what is wrong with its tokens.

const answer = (status: number, text = '', json = {}, headers = {}): ErrorResponse =>
  new ErrorResponse({ status, headers: new Headers(headers) } as Response, text, json)

const said = (error: unknown): [string, string] => {
  const { code, hint = '' } = fromServer(error)
  return [code, hint.trim()]
}

for (const [failure, code, detail] of [
  [answer(429), 'rate_limited', ''],
  [answer(500), 'server_error', 'Its status was 500.'],
  [answer(503, '', { error: 'invalid_grant' }), 'server_error', 'Its status was 503.'],
  [answer(400), 'invalid_response', 'Its status was 400.'],
  [answer(404), 'invalid_response', 'Its status was 404. The URL of this endpoint may be wrong.'],
  [answer(0), 'invalid_response', 'It was a redirect.'],
  [answer(400, '', { error: 'invalid_scope' }), 'oauth_error', 'It said "invalid_scope".'],
  [answer(400, '', { error: 'access_denied' }), 'access_denied', ''],
  [{ code: 'OAUTH_UNSUPPORTED_OPERATION' }, 'unsupported', ''],
  [
    { message: '"response" body "token_type" property' },
    'invalid_response',
    'Its `token_type` is missing or not text.',
  ],
  [
    { message: '"response" body "access_token" property' },
    'invalid_response',
    'Its `access_token` is missing or not text. Some servers give one only for a scope of an API.',
  ],
  [{ message: 'something else' }, 'invalid_response', ''],
  [{}, 'invalid_response', ''],
] as const)
  test(`${code}: ${detail.slice(0, 55) || JSON.stringify(failure).slice(0, 55)}`, () => {
    expect(said(failure)).toEqual([code, detail])
  })

// Keycloak, oidc-provider, and what others say.
for (const [error, error_description] of [
  ['unauthorized_client', 'Invalid client or Invalid client credentials'],
  ['invalid_client', 'client authentication failed'],
  ['invalid_request', 'client_secret is missing.'],
] as const)
  test(`${error} has the hint to register a public client`, () => {
    const [code, hint] = said(answer(401, '', { error, error_description }))
    expect([code, hint]).toEqual([
      'oauth_error',
      `It said "${error}: ${error_description}". Register a public client: a page keeps no secret.`,
    ])
  })

for (const [cause, message, detail] of [
  [{ claim: 'nonce', claims: {} }, 'unexpected JWT value', 'Its `nonce` is wrong.'],
  [{ claims: {} }, 'JWT "exp" claim missing', 'Its `exp` is missing.'],
  [{ claim: 'azp', claims: {} }, 'JWT "aud" is wrong', 'Its `azp` is wrong.'],
  [
    { claim: 'iss', claims: { iss: 'https://evil.example' } },
    'JWT',
    'Its `iss` is "https://evil.example".',
  ],
  [{ claim: 'iss', claims: { iss: 1 } }, 'JWT', 'Its `iss` is wrong.'],
  [{ claim: 'aud', claims: { iss: 'https://evil.example' } }, 'JWT', 'Its `aud` is wrong.'],
  [{ header: { alg: 'none' } }, 'JWT "alg"', 'Its `alg` is "none".'],
  [{ claim: 'sub', header: { alg: 'none' } }, 'JWT', 'Its `sub` is wrong.'],
  [undefined, 'ID Token', ''],
] as const)
  test(`an invalid ID token (${message}): ${detail || 'no detail'}`, () => {
    expect(said({ message, cause })).toEqual(['invalid_id_token', detail])
  })

for (const [iat, detail] of [
  [70, 'It is 30 s ahead.'],
  [130, 'It is 30 s behind.'],
  [100, ''],
  [undefined, ''],
] as const)
  test(`a wrong clock, token issued at ${iat}: ${detail || 'no detail'}`, () => {
    const cause = { now: 100, claims: { iat } }
    expect(said({ code: 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED', cause })).toEqual([
      'clock_skew',
      detail,
    ])
  })

for (const [error, wasAsked, code] of [
  ['access_denied', false, 'access_denied'],
  ['consent_required', true, 'access_denied'],
  ['consent_required', false, 'interaction_required'],
  ['login_required', true, 'interaction_required'],
  ['interaction_required', false, 'interaction_required'],
  ['account_selection_required', false, 'interaction_required'],
  ['temporarily_unavailable', false, 'server_error'],
  ['server_error', false, 'server_error'],
  ['invalid_scope', true, 'oauth_error'],
] as const)
  test(`${error} ${wasAsked ? 'with' : 'without'} a prompt is ${code}`, () => {
    const { code: is, hint = '' } = oauthError({ error, description: '', uri: '' }, wasAsked)
    expect(is).toBe(code)
    expect(hint.includes(`"${error}"`)).toBe(code !== error)
  })

test('an error of the library is passed on unchanged', () => {
  const own = new AuthError('aborted')
  expect(fromServer(own)).toBe(own)
  const unusable = new UnusableTokens({ code: 'JWT', cause: { claim: 'sub' } }, [])
  expect(fromServer(unusable)).toMatchObject({ code: 'invalid_id_token' })
})

test('only HTML, and neither JSON nor an empty body, is a page', () => {
  expect(answer(400).isPage).toBe(false)
  expect(answer(400, ' \n').isPage).toBe(false)
  expect(answer(400, '{"error":"x"}', { error: 'x' }).isPage).toBe(false)
  expect(answer(400, '<h1>proxy</h1>').isPage).toBe(true)
})

test('Retry-After is read as seconds or a date, a minute at most', () => {
  const after = (value: string): number => answer(503, '', {}, { 'retry-after': value }).retryAfter
  expect(after('7')).toBe(7000)
  expect(after('0.1')).toBe(1000)
  expect(after('900')).toBe(60_000)
  const date = after(new Date(Date.now() + 20_000).toUTCString())
  expect(date).toBeGreaterThan(10_000)
  expect(date).toBeLessThan(21_000)
  expect(after('soon')).toBe(NaN)
  expect(answer(503).retryAfter).toBe(NaN)
})
