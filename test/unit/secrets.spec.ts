import { expect, test } from '@playwright/test'
import { secretsIn, withoutSecrets } from '../../src/vault/token/secrets.js'

const token = 'abcdefgh-ijkl_mnop.qrst~uvwxyzabcd'

test('a secret is removed from a text, and the rest of the text stays', () => {
  expect(withoutSecrets(`Token ${token} is wrong.`, [token])).toBe('Token … is wrong.')
  expect(withoutSecrets('Code Xq7 vK9a2 is wrong.', ['vK9a2'])).toBe('Code Xq7 … is wrong.')
  expect(withoutSecrets('The refresh token is wrong.', [token, '', 'is'])).toBe(
    'The refresh token is wrong.',
  )
})

test('a text with a secret in another encoding is removed completely', () => {
  const each = (code: (hex: string) => string): string =>
    [...token].map((char) => code(char.charCodeAt(0).toString(16))).join('')
  const forms = [
    each((hex) => `%${hex}`),
    each((hex) => `%25${hex}`),
    each((hex) => `%2525${hex}`),
    each((hex) => `\\u00${hex}`),
    each((hex) => `&#x${hex};`),
    each((hex) => `&#${parseInt(hex, 16)};`),
    token.replaceAll(/.{4}/g, '$&\r\n'),
    [...token].join(' '),
    token.toUpperCase(),
    token.slice(0, 20),
    token.slice(-20),
  ]
  for (const form of forms) expect(withoutSecrets(`It was ${form}, it said.`, [token])).toBe('…')
  expect(withoutSecrets('It was a%42c%64-e%66g', ['aBcd-efg'])).toBe('…')
})

test('letters that match a short secret by chance stay', () => {
  expect(withoutSecrets('That is there.', ['isth'])).toBe('That is there.')
})

test('anything like a token is removed; words, URLs and UUIDs stay', () => {
  const stays = [
    'interaction_required',
    'unsupported_pkce_code_challenge_method_requested',
    'InvalidRedirectUriConfiguredForThisApplication',
    'https://login.example.com/error?code=50011',
    'Trace ID: 0c3f2f6e-8a0b-4a55-9f3e-3d1c5a3b7c11 Timestamp: 2026-11-26 01:40:36Z',
  ]
  for (const text of stays) expect(withoutSecrets(text, [])).toBe(text)
  expect(withoutSecrets('at eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.', [])).toBe('at ….….')
  expect(withoutSecrets(`key ${'a1b2'.repeat(6)}.`, [])).toBe('key ….')
  expect(withoutSecrets(`key ${'a1b2'.repeat(5)}.`, [])).toBe(`key ${'a1b2'.repeat(5)}.`)
})

test('the secrets of a request are found by their names', () => {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    token_type_hint: 'refresh_token',
    refresh_token: 'r',
    code: 'c',
    code_verifier: 'v',
    id_token_hint: 'i',
    client_id: 'app',
  })
  expect(secretsIn(form)).toEqual(['r', 'c', 'v', 'i'])
  expect(secretsIn(Object.entries({ access_token: 1, id_token: undefined }))).toEqual([])
})
