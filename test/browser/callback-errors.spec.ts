import type { Fault } from '../../src/testing/index.js'
import { expect, test } from '../fixture.js'
import { arrive, callback, changed, codeOf, depart, endpoints, said, shown } from '../words-flow.js'

for (const [error, code] of [
  ['access_denied', 'access_denied'],
  ['interaction_required', 'interaction_required'],
  ['login_required', 'interaction_required'],
  ['consent_required', 'interaction_required'],
  ['account_selection_required', 'interaction_required'],
  ['server_error', 'server_error'],
  ['temporarily_unavailable', 'server_error'],
  ['invalid_scope', 'oauth_error'],
  ['unheard_of', 'oauth_error'],
] as const)
  test(`error=${error} is ${code}: the user is back in place, and nobody asks again`, async ({
    app,
    server,
  }) => {
    server.consent = { error, errorDescription: 'So it is.' }
    await app.open('/deep?a=1#here')
    await app.leave()
    const { error: found } = await app.page.evaluate(async () => {
      const state = await window.auth.start()
      const { error } = state as Extract<typeof state, { status: 'signed-out' }>
      return { error: error && { code: error.code, oauth: error.oauth } }
    })
    expect(found).toEqual({ code, oauth: { error, description: 'So it is.', uri: undefined } })
    expect(shown(app)).toBe('/deep?a=1#here')
    expect(server.requests('authorize')).toHaveLength(1)
    expect(server.requests('token')).toEqual([])
  })

for (const [name, params] of [
  ['both a code and an error', { error: 'access_denied' }],
  ['two codes', { code: ['one', 'two'] }],
  ['no code', { code: undefined }],
  ['an empty code', { code: '' }],
  ['two errors', { code: undefined, error: ['access_denied', 'server_error'] }],
] as const)
  test(`an answer with ${name} is invalid_response, and no code is sent`, async ({
    app,
    server,
  }) => {
    await app.open()
    const href = changed(await callback(app, server), params)
    expect(await arrive(app, href)).toBe('invalid_response')
    expect(server.requests('token')).toEqual([])
  })

test('an answer with two states signs nobody in, and no code is sent', async ({ app, server }) => {
  await app.open()
  const href = await callback(app, server)
  expect(await arrive(app, `${href}&state=other`)).toBe('invalid_response')
  expect(server.requests('token')).toEqual([])
})

test.describe('an error without state', () => {
  const denied = '/?error=access_denied'

  for (const advertised of [true, false])
    test(`settles the one sign-in under way, iss ${advertised ? '' : 'not '}advertised`, async ({
      app,
      server,
    }) => {
      server.options.metadata = { authorization_response_iss_parameter_supported: advertised }
      await app.open()
      const href = await callback(app, server, { returnTo: '/deep' })
      const nameless = advertised ? `${denied}&iss=${encodeURIComponent(server.issuer)}` : denied
      expect(await arrive(app, nameless)).toBe('access_denied')
      expect(shown(app)).toBe('/deep')
      expect(await arrive(app, href)).toBe('unknown_transaction')
    })

  test('is left alone when no sign-in is under way', async ({ app }) => {
    expect(await arrive(app, denied)).toBe('signed-out')
    expect(shown(app)).toBe(denied)
  })

  test('is left alone when two are under way, and both go on', async ({ app, server }) => {
    await app.open()
    await depart(app, server)
    await app.reload()
    const href = await callback(app, server)
    expect(await arrive(app, denied)).toBe('signed-out')
    expect(shown(app)).toBe(denied)
    expect(await arrive(app, href)).toBe('signed-in')
  })

  test('is left alone when only a link was prepared', async ({ app }) => {
    await app.open()
    await app.page.evaluate(() => window.auth.signInUrl())
    expect(await arrive(app, denied)).toBe('signed-out')
    expect(shown(app)).toBe(denied)
  })

  test('is left alone elsewhere than at the redirect URI', async ({ app, server }) => {
    await app.open()
    const href = await callback(app, server)
    expect(await arrive(app, '/elsewhere?error=access_denied')).toBe('signed-out')
    expect(shown(app)).toBe('/elsewhere?error=access_denied')
    expect(await arrive(app, href)).toBe('signed-in')
  })

  test('never ends a session', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    await depart(app, server)
    expect(await arrive(app, denied)).toBe('signed-in')
  })
})

for (const [name, advertised, iss, expected] of [
  ['advertised and right', true, 'right', 'signed-in'],
  ['advertised and missing', true, undefined, 'issuer_mismatch'],
  ['advertised and wrong', true, 'https://evil.example', 'issuer_mismatch'],
  ['sent though not advertised', undefined, 'right', 'signed-in'],
  ['neither advertised nor sent', undefined, undefined, 'signed-in'],
  ['not advertised and wrong', undefined, 'https://evil.example', 'issuer_mismatch'],
  ['right and wrong', true, ['right', 'https://evil.example'], 'invalid_response'],
] as const)
  test(`iss ${name}: ${expected}`, async ({ app, server }) => {
    server.options.metadata = { authorization_response_iss_parameter_supported: advertised }
    await app.open()
    const given = [iss ?? []].flat().map((one) => (one === 'right' ? server.issuer : one))
    const href = changed(await callback(app, server), { iss: given })
    expect(await arrive(app, href)).toBe(expected)
    expect(server.requests('token')).toHaveLength(expected === 'signed-in' ? 1 : 0)
  })

test('an error with the wrong iss is not believed', async ({ app, server }) => {
  await app.open()
  const denied = { code: undefined, error: 'access_denied', iss: 'https://evil.example' }
  const href = changed(await callback(app, server), denied)
  expect(await arrive(app, href)).toBe('issuer_mismatch')
})

const hour = 3600
const now = (): number => Math.floor(Date.now() / 1000)

for (const [name, claims, code] of [
  ['another nonce', () => ({ nonce: 'other' }), 'invalid_id_token'],
  ['no nonce', () => ({ nonce: undefined }), 'invalid_response'],
  ['another audience', () => ({ aud: 'other' }), 'invalid_id_token'],
  ['audiences without this client', () => ({ aud: ['a', 'b'], azp: 'app' }), 'invalid_id_token'],
  ['two audiences and no azp', () => ({ aud: ['app', 'b'] }), 'invalid_id_token'],
  ['another azp', () => ({ aud: ['app', 'b'], azp: 'b' }), 'invalid_id_token'],
  ['another issuer', () => ({ iss: 'https://evil.example' }), 'invalid_id_token'],
  ['no issuer', () => ({ iss: undefined }), 'invalid_response'],
  ['an empty sub', () => ({ sub: '' }), 'invalid_id_token'],
  ['no sub', () => ({ sub: undefined }), 'invalid_response'],
  ['no expiry', () => ({ exp: undefined }), 'invalid_response'],
  ['an hour too old', () => ({ iat: now() - 2 * hour, exp: now() - hour }), 'clock_skew'],
  ['not valid for an hour', () => ({ nbf: now() + hour }), 'clock_skew'],
] as [string, () => Record<string, unknown>, string][])
  test(`an ID token with ${name} is ${code}, and nothing of it is kept`, async ({
    app,
    server,
  }) => {
    await app.open()
    const href = await callback(app, server, { returnTo: '/deep' })
    server.fail('token', { idToken: claims() })
    const before = server.ledger.length
    expect(await arrive(app, href)).toBe(code)
    expect(endpoints(server.ledger.slice(before))).toEqual(['token'])
    expect(shown(app)).toBe('/deep')
    const kept = await app.dump()
    for (const secret of server.secrets) expect(kept).not.toContain(secret)
  })

const encoded = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url')

for (const alg of ['none', 'HS256'])
  test(`an ID token by ${alg} is refused, even where the metadata lists it`, async ({
    app,
    server,
  }) => {
    server.options.metadata = { id_token_signing_alg_values_supported: [alg, 'ES256'] }
    await app.open()
    const href = await callback(app, server)
    const resigned = (token: unknown): string => {
      const [, payload = ''] = String(token).split('.')
      return `${encoded({ alg })}.${payload}.${alg === 'none' ? '' : 'AAAA'}`
    }
    server.fail('token', { body: (json) => ({ ...json, id_token: resigned(json['id_token']) }) })
    expect(await arrive(app, href)).not.toMatch(/signed/)
    expect(await arrive(app, '/')).toBe('signed-out')
  })

test('where openid was asked for, an answer without an ID token is refused', async ({
  app,
  server,
}) => {
  await app.open()
  const href = await callback(app, server)
  server.fail('token', { body: (json) => ({ ...json, id_token: undefined }) })
  expect(await arrive(app, href)).toBe('invalid_response')
})

test.describe('the token endpoint at the exchange', () => {
  test.use({ options: { timeout: 2 } })

  const html = { 'content-type': 'text/html' }
  for (const [name, fault, code] of [
    ['a 500', { status: 500, handled: false }, 'server_error'],
    ['a 503', { status: 503, handled: false, headers: { 'retry-after': '1' } }, 'server_error'],
    ['a 429', { status: 429, handled: false }, 'rate_limited'],
    ['no answer', { hang: true }, 'timeout'],
    ['no CORS headers', { cors: false }, 'cors'],
    ['a cut connection', { drop: 'before' }, 'network'],
    ['an answer that is lost', { drop: 'after' }, 'network'],
    ['a page', { body: '<!doctype html><p>Hello', headers: html }, 'invalid_response'],
    ['half of its JSON', { body: '{"access_token":"half' }, 'invalid_response'],
    ['an empty body', { body: '' }, 'invalid_response'],
    ['no access token', { body: () => ({ token_type: 'Bearer' }) }, 'invalid_response'],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, 'invalid_response'],
    ['invalid_grant', { status: 400, body: () => ({ error: 'invalid_grant' }) }, 'oauth_error'],
    ['an error by 200', { status: 200, body: () => ({ error: 'invalid_code' }) }, 'oauth_error'],
    ['a refusal without a word', { status: 400, body: '' }, 'invalid_response'],
  ] as [string, Fault, string][])
    test(`gives ${name}: ${code}, in time, in place, and the next sign-in works`, async ({
      app,
      server,
    }) => {
      await app.open()
      const href = await callback(app, server, { returnTo: '/deep' })
      // Again and again, so that a second try would be seen to go wrong as well.
      server.fail('token', fault, Infinity)
      const began = Date.now()
      expect(await arrive(app, href)).toBe(code)
      expect(Date.now() - began).toBeLessThan(6000)
      expect(server.requests('token').filter(({ method }) => method === 'POST')).toHaveLength(1)
      expect(shown(app)).toBe('/deep')
      server.heal()
      await app.signIn()
      expect(await said(app)).toBe('signed-in')
    })

  test('failing leaves a live session as it was', async ({ app, server, api }) => {
    await app.open()
    await app.signIn()
    const href = await callback(app, server)
    server.fail('token', { status: 400, body: () => ({ error: 'invalid_grant' }) })
    expect(await arrive(app, href)).toBe('signed-in')
    const outcome = await app.fetch(`${api.url}me`)
    expect(codeOf(outcome)).toBeUndefined()
    expect(outcome.value?.status).toBe(200)
  })
})
