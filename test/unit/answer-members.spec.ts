import { expect, test } from '@playwright/test'
import { challengeError, challengesOf } from '../../src/vault/token/www-authenticate.js'
import { membersOf } from '../../src/vault/token/encoding.js'
import { extraOf } from '../../src/vault/token/extra.js'
import { issuerFor } from '../../src/vault/token/issuer.js'

// What is read of what a server says, and what is left out.

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const tokens = {
  access_token: 'an-access-token',
  token_type: 'bearer',
  expires_in: 300,
  expires_at: 1,
  scope: 'openid',
}

test('other members of a token answer are kept, except those that may be secret', () => {
  const open = { patient: 'p-1', instance_url: 'https://api.example', count: 0, list: [{ a: 'b' }] }
  const secret = {
    session_token: 'plain',
    device_code: 5,
    jwt: `${part({ alg: 'none' })}.e.s`,
    link: 'https://api.example?with=an-access-token',
    nested: { list: [{ password: 'x' }] },
    nothing: null,
  }
  expect(extraOf({ ...tokens, ...open, ...secret })).toEqual(open)
})

test('where a server says nothing besides the tokens, nothing is kept', () => {
  expect(extraOf(tokens)).toBeUndefined()
})

test('a member that is nested too deep to be kept is left out', () => {
  const nested = (depth: number): object => (depth > 0 ? { a: nested(depth - 1) } : {})
  const json = { name: 'A', fits: nested(31), deep: nested(32), list: [[nested(31)]] }
  expect(Object.keys(membersOf(json))).toEqual(['name', 'fits'])
})

test('each scheme of a challenge has its own parameters', () => {
  const said = (header: string): object[] =>
    challengesOf(new Response('', { headers: { 'www-authenticate': header } })).map(
      ({ scheme, params }) => ({ scheme, params: { ...params } }),
    )
  expect(said('Basic realm="a", Bearer realm="b, c", error="x", error="y"')).toEqual([
    { scheme: 'Basic', params: { realm: 'a' } },
    { scheme: 'Bearer', params: { realm: 'b, c', error: 'x' } },
  ])
  expect(said('realm="a", error=x')).toEqual([{ scheme: '', params: { realm: 'a', error: 'x' } }])
  expect(challengeError(new Response())).toBeUndefined()
})

test('an issuer with a placeholder takes the tenant of the ID token', () => {
  const shared = 'https://login.microsoftonline.com/{tenantid}/v2.0'
  const tid = '0c3f2f6e-8a0b-4a55-9f3e-3d1c5a3b7c11'
  const token = (claims: object): string => `${part({ alg: 'RS256' })}.${part(claims)}.s`
  expect(issuerFor(shared, token({ tid }))).toBe(`https://login.microsoftonline.com/${tid}/v2.0`)
  expect(issuerFor(shared, token({ tid: 'evil/..' }))).toBe(
    'https://login.microsoftonline.com//v2.0',
  )
  expect(issuerFor(shared, undefined)).toBe(shared)
  expect(issuerFor('https://id.example', token({ tid }))).toBe('https://id.example')
  // Whatever its ID token is: oauth4webapi says what is wrong with it.
  expect(issuerFor('https://id.example', 'no JWT')).toBe('https://id.example')
})
