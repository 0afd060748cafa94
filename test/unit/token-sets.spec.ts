import { expect, test } from '@playwright/test'
import { resolveConfig } from '../../src/config.js'
import { createNotes } from '../../src/vault/notes.js'
import { requestTokens, type TokenSet } from '../../src/vault/token/endpoint.js'
import { UnusableTokens } from '../../src/vault/token/errors.js'
import type { HttpRequest } from '../../src/vault/token/http.js'

// What is read of the answer of a token endpoint, in the forms in which servers give it.

const { fetch } = globalThis
test.afterEach(() => void Object.assign(globalThis, { fetch }))

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const seconds = (): number => Math.floor(Date.now() / 1000)
const issuer = 'https://id.example'

const idToken = (claims: object = {}): string =>
  [
    part({ alg: 'RS256' }),
    part({
      iss: issuer,
      sub: 'user-1',
      aud: 'app',
      iat: seconds(),
      exp: seconds() + 300,
      ...claims,
    }),
    'AAAA',
  ].join('.')

const config = resolveConfig(
  { issuer, clientId: 'app', redirectUri: '/callback' },
  'https://app.example/',
)

/** Ask for tokens, of a server that answers so. */
function ask(json: object, isOpenid = false, prove?: HttpRequest['prove']): Promise<TokenSet> {
  globalThis.fetch = async () => Response.json({ access_token: 'A', token_type: 'Bearer', ...json })
  return requestTokens({ config, notes: createNotes() }, {
    form: { grant_type: 'refresh_token', refresh_token: 'R' },
    isOpenid,
    prove,
    server: {
      issuer,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: `${issuer}/t`,
    },
  } as Parameters<typeof requestTokens>[1])
}

const life = async (json: object): Promise<number> => {
  const { token } = await ask(json)
  return token.expiresAt === Number.MAX_SAFE_INTEGER
    ? Infinity
    : Math.round((token.expiresAt - token.receivedAt) / 1000)
}

test('`expires_in` or `expires` gives the lifetime of a token, else it has none', async () => {
  expect(await life({ expires_in: 300 })).toBe(300)
  expect(await life({ expires_in: '300' })).toBe(300)
  expect(await life({ expires: 300 })).toBe(300)
  expect(await life({ expires_in: 60, expires: 300 })).toBe(60)
  for (const nothing of [null, ''])
    expect(await life({ expires_in: nothing, expires: 300 })).toBe(300)
  // A moment.
  const moment = await life({ expires: seconds() + 300 })
  expect(Math.abs(moment - 300)).toBeLessThan(20)
  expect(await life({ expires_in: 2e9 })).toBe(315_360_000)
  expect(await life({ expires_in: -5 })).toBe(0)
  for (const none of [{}, { expires_in: null }, { expires_in: 'soon' }])
    expect(await life(none)).toBe(Infinity)
})

test('null and empty text count as missing, and a list as text', async () => {
  const { refreshToken, scope } = await ask({ refresh_token: null, scope: ['a', 'b'] })
  expect([refreshToken, scope]).toEqual([undefined, ['a', 'b']])
  expect(await ask({ refresh_token: '', scope: '' })).toMatchObject({
    refreshToken: undefined,
    scope: undefined,
  })
  expect((await ask({ refresh_token: 'next', scope: 'a  b' })).scope).toEqual(['a', 'b'])
})

test('an ID token is read if openid was requested', async () => {
  const given = { id_token: idToken({ acr: 'gold', auth_time: 7, name: 'A' }) }
  const openid = await ask(given, true)
  expect(openid).toMatchObject({
    idToken: given.id_token,
    identity: { iss: issuer, sub: 'user-1', aud: ['app'] },
    user: { sub: 'user-1', name: 'A' },
    acr: 'gold',
    authTime: 7,
  })
  const plain = await ask(given)
  expect([plain.idToken, plain.identity, plain.acr]).toEqual([undefined, undefined, undefined])
  const bare = await ask({ id_token: idToken({ acr: 1, auth_time: 0 }) }, true)
  expect([bare.acr, bare.authTime]).toEqual([undefined, undefined])
})

test('an ID token for another access token is compared, and not used', async () => {
  const found = await ask({ id_token: idToken({ at_hash: 'other', name: 'A' }) }, true)
  expect(found).toMatchObject({ idToken: undefined, user: {}, identity: { sub: 'user-1' } })
})

test('unusable tokens are another error than an answer without tokens', async () => {
  const wrong = await ask({ id_token: idToken({ aud: 'other' }) }, true).catch((error) => error)
  expect(wrong).toBeInstanceOf(UnusableTokens)
  const none = await ask({ access_token: '' }).catch((error) => error)
  expect(none).not.toBeInstanceOf(UnusableTokens)
  expect(none).toBeInstanceOf(Error)
})

test('a refresh needs no ID token, and accepts an expired one', async () => {
  expect(await ask({}, true)).toMatchObject({ idToken: undefined, identity: undefined })
  const old = idToken({ iat: seconds() - 7200, exp: seconds() - 3600 })
  expect(await ask({ id_token: old }, true)).toMatchObject({ idToken: old })
})

test('a refreshed ID token with a wrong auth_time is accepted', async () => {
  const given = idToken({ auth_time: 'yesterday', name: 'A' })
  expect(await ask({ id_token: given }, true)).toMatchObject({
    identity: { sub: 'user-1', auth_time: 'yesterday' },
    user: { name: 'A' },
  })
  for (const wrong of [{ aud: 'other' }, { iss: 'https://evil.example' }, { azp: 'other' }])
    await expect(
      ask({ id_token: idToken({ ...wrong, auth_time: 'yesterday' }) }, true),
    ).rejects.toBeInstanceOf(UnusableTokens)
})

test('only texts count in an audience', async () => {
  const given = idToken({ aud: ['app', 5, { a: 1 }], azp: 'app' })
  const { identity } = await ask({ id_token: given }, true)
  expect(identity?.aud).toEqual(['app'])
})

test('a token that this client cannot use is refused', async () => {
  const fails = async (json: object, prove?: HttpRequest['prove']): Promise<string | undefined> => {
    const failure: unknown = await ask(json, false, prove).catch((error: unknown) => error)
    return (failure as UnusableTokens).error?.hint
  }
  const prove: HttpRequest['prove'] = (_, send) => send('PROOF')
  expect(await fails({ token_type: 'DPoP' })).toContain('`token_type`')
  expect(await fails({ access_token: 'tökên' })).toContain('`access_token`')
  const { token } = await ask({ token_type: 'DPoP' }, false, prove)
  expect(token.type).toBe('dpop')
})
