import { expect, test } from '@playwright/test'
import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import {
  checkIdToken,
  identityClaims,
  isIssuedWith,
  type Expected,
} from '../../src/vault/token/id-token.js'
import type { AuthError } from '../../src/errors.js'
import { hashOf } from '../../src/vault/token/encoding.js'

// What an ID token must say, beside what oauth4webapi checks.

const now = Math.floor(Date.now() / 1000)
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const answer = (alg = 'RS256'): TokenEndpointResponse =>
  ({ access_token: 'A', id_token: `${part({ alg })}.e.s` }) as TokenEndpointResponse

const asked = (more: Partial<Expected> = {}): Expected => ({
  nonce: undefined,
  maxAge: undefined,
  acrValues: undefined,
  createdAt: Date.now(),
  ...more,
})

const check = (claims: object, expected?: Expected): Promise<string> =>
  checkIdToken(answer(), { sub: 'user-1', iat: now, ...claims } as IDToken, 'app', expected).then(
    () => 'right',
    ({ code, hint = '' }: AuthError) =>
      `${code} ${/`(\w+)` (is|of)/.exec(hint.replace('Its ', ''))?.[1] ?? ''}`.trim(),
  )

for (const [what, claims, wanted] of [
  ['a user', {}, 'right'],
  ['an empty user', { sub: '' }, 'invalid_id_token sub'],
  ['a user of 255 characters', { sub: 's'.repeat(255) }, 'right'],
  ['a user of 256 characters', { sub: 's'.repeat(256) }, 'invalid_id_token sub'],
  ['this party', { azp: 'app' }, 'right'],
  ['another party', { azp: 'other' }, 'invalid_id_token azp'],
] as const)
  test(`an ID token with ${what}: ${wanted}`, async () => {
    expect(await check(claims)).toBe(wanted)
  })

for (const [what, claims, expected, wanted] of [
  ['no acr where none was asked for', {}, {}, 'right'],
  ['an acr where none was asked for', { acr: 'bronze' }, {}, 'right'],
  ['no acr where one was asked for', {}, { acrValues: 'gold' }, 'right'],
  ['one of those that were asked for', { acr: 'gold' }, { acrValues: 'silver gold' }, 'right'],
  ['another acr', { acr: 'bronze' }, { acrValues: 'silver gold' }, 'step_up_required acr'],
  ['a sign-in long ago', { auth_time: now - 3600 }, {}, 'right'],
  ['one of now', { auth_time: now }, { maxAge: 0 }, 'right'],
  ['one that is older', { auth_time: now - 100 }, { maxAge: 60 }, 'step_up_required auth_time'],
  ['one that is just older', { auth_time: now - 80 }, { maxAge: 60 }, 'right'],
  [
    'one that was young when it was asked for',
    { auth_time: now - 100 },
    { maxAge: 60, createdAt: Date.now() - 50_000 },
    'right',
  ],
  ['no time of sign-in', {}, { maxAge: 60 }, 'step_up_required auth_time'],
] as const)
  test(`a sign-in that got ${what}: ${wanted}`, async () => {
    expect(await check(claims, asked(expected))).toBe(wanted)
  })

test('an ID token must match its access token by at_hash', async () => {
  const hash = (bits: number) => hashOf('A', bits, 1 / 2)
  expect(await check({ at_hash: await hash(256) }, asked())).toBe('right')
  expect(await check({ at_hash: 'other' }, asked())).toBe('invalid_id_token at_hash')
  // At a refresh it may be the first one once more.
  expect(await check({ at_hash: 'other' })).toBe('right')
  for (const [alg, bits] of [
    ['RS256', 256],
    ['ES384', 384],
    ['PS512', 512],
    ['EdDSA', 512],
  ] as const)
    expect(
      await isIssuedWith(answer(alg), { at_hash: await hash(bits) } as unknown as IDToken),
    ).toBe(true)
  expect(await isIssuedWith(answer(), {} as unknown as IDToken)).toBe(true)
})

test('the user’s claims are those that are not about the token', () => {
  const about = { iss: 'https://id.example', sub: 'user-1', auth_time: 7, name: 'A' }
  const others = {
    exp: 1,
    iat: 1,
    nbf: 1,
    jti: 'j',
    nonce: 'n',
    aud: 'app',
    azp: 'app',
    at_hash: 'h',
  }
  expect(identityClaims({ ...about, ...others })).toEqual(about)
  expect(identityClaims({ ...about, auth_time: 0, age: 0 })).toEqual({
    iss: about.iss,
    sub: 'user-1',
    name: 'A',
    age: 0,
  })
})
