import type { Fault } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import {
  bending,
  createSigner,
  expectRows,
  jwks,
  keyless,
  publish,
  signInHere,
  signedBy,
  tryHere,
} from '../support/signed-id-tokens.js'
import { make } from '../support/sign-in-steps.js'
import { leaks, overwrite } from '../support/session.js'

// Keys and signatures, with the WebCrypto of each engine. Rows with `oidcc` are named after the tests
// of the OpenID Foundation; see docs/conformance.md.

test.use({ mode: 'manual', options: { verifySignature: true } })

test.beforeEach(async ({ app, appOptions, server }) => {
  server.options.metadata = { id_token_signing_alg_values_supported: undefined }
  await app.page.goto('/')
  await make(app, appOptions)
  await app.started()
})

const [wrong, fine] = ['invalid_id_token', 'signed-in']
const algorithms = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

test('every algorithm’s signature is accepted, and refused if one bit differs', async ({
  app,
  server,
}) => {
  const signers = algorithms.map((alg) => [alg, createSigner(alg)] as const)
  await publish(
    app,
    server,
    signers.map(([, { jwk }]) => jwk),
  )
  await expectRows(
    signers,
    () => [fine, wrong],
    async ([, signer]) => [
      await tryHere(app, server, { token: signedBy(signer) }),
      await tryHere(app, server, { token: signedBy(bending(signer)) }),
    ],
  )
  // Fetched once, and once more for the wrong signature.
  expect(jwks(server)).toBe(2)
})

test('F63: unusable keys or algorithms fail a sign-in after at most two JWKS requests', async ({
  app,
  server,
}) => {
  const [rsa, ec, other] = [
    createSigner('RS256'),
    createSigner('ES256'),
    createSigner('ES256', 'b'),
  ]
  const short = createSigner('RS256', 'short', 1024)
  const { jwk } = ec
  const bare = { ...jwk, kid: undefined, alg: undefined, use: undefined }
  const secret = { kty: 'oct', k: 'AAAA', kid: 'no key' }
  const nameless = signedBy(ec, {}, { kid: undefined })
  const rows: [name: string, keys: unknown[], token: Fault, said: string, requests?: number][] = [
    ['oidcc idtoken-sig-rs256', [rsa.jwk], signedBy(rsa), fine],
    ['oidcc invalid-sig-rs256', [rsa.jwk], signedBy(bending(rsa)), wrong, 2],
    ['oidcc invalid-sig-es256', [jwk], signedBy(bending(ec)), wrong, 2],
    ['oidcc idtoken-sig-none', [jwk], signedBy(keyless('none', '')), wrong, 0],
    ['oidcc invalid-sig-hs256', [secret], signedBy(keyless('HS256')), wrong, 0],
    ['oidcc kid-absent-single-jwks', [jwk], nameless, fine],
    ['oidcc kid-absent-multiple-jwks', [other.jwk, rsa.jwk, jwk], nameless, fine],
    ['no kid, and none of several keys', [other.jwk, rsa.jwk], nameless, wrong, 2],
    ['a kid that is missing', [other.jwk], signedBy(ec), wrong, 2],
    ['a kid, and a key without a name', [bare], signedBy(ec), wrong, 2],
    ['no kid, and a key without a word', [bare], nameless, fine],
    ['the kid of another key', [jwk, other.jwk], signedBy(ec, {}, { kid: 'b' }), wrong, 2],
    ['RSA of 1024 bits', [short.jwk], signedBy(short), wrong, 2],
    ['a key of another type', [{ ...jwk, kid: rsa.kid, alg: undefined }], signedBy(rsa), wrong, 2],
    ['a key of another algorithm', [{ ...rsa.jwk, alg: 'PS256' }], signedBy(rsa), wrong, 2],
    ['a key to encrypt with', [{ ...jwk, use: 'enc' }], signedBy(ec), wrong, 2],
    ['a key to sign with', [{ ...jwk, use: undefined, key_ops: ['sign'] }], signedBy(ec), wrong, 2],
    ['no keys', [], signedBy(ec), wrong, 2],
    ['64 keys', [...Array<unknown>(63).fill(other.jwk), jwk], signedBy(ec), fine],
    ['65 keys', [...Array<unknown>(64).fill(other.jwk), jwk], signedBy(ec), 'invalid_response'],
    ['keys that are none', [null, 7, 'key', [], {}, jwk], signedBy(ec), fine],
  ]
  await expectRows(
    rows,
    ([, , , said, requests = 1]) => [said, requests],
    async ([, keys, token]) => {
      await publish(app, server, keys)
      const before = jwks(server)
      const said = await tryHere(app, server, { token })
      return [said, jwks(server) - before]
    },
  )
  const faults: [name: string, fault: Fault, said: string][] = [
    ['JWKS 500', { status: 500 }, 'server_error'],
    ['JWKS 404', { status: 404 }, 'invalid_response'],
    ['a page', { body: '<p>Hello' }, 'invalid_response'],
    ['no list', { body: '{"keys":{}}' }, 'invalid_response'],
    ['no CORS headers', { cors: false }, 'cors'],
    ['a cut connection', { drop: 'before' }, 'network'],
    ['text for a type', { headers: { 'content-type': 'text/plain' } }, fine],
  ]
  await expectRows(
    faults,
    ([, , said]) => said,
    async ([, fault]) => {
      await publish(app, server, [jwk], fault)
      return tryHere(app, server, { token: signedBy(ec) })
    },
  )
  await test.step('no jwks_uri', async () => {
    await publish(app, server, [])
    server.options.metadata = { jwks_uri: undefined }
    await overwrite(app)
    expect(await tryHere(app, server, {})).toBe('unsupported')
  })
  expect(await leaks(app, server)).toEqual([])
})

test('F64: an encrypted ID token is unsupported', async ({ app, server }) => {
  const id_token = 'eyJhbGciOiJSU0EtT0FFUCJ9.AAAA.AAAA.AAAA.AAAA'
  const token: Fault = { body: (json) => ({ ...json, id_token }) }
  expect(await tryHere(app, server, { token })).toBe('unsupported')
  expect(await tryHere(app, server, { token, options: { verifySignature: false } })).toBe(
    'unsupported',
  )
})

test('without verifySignature no keys are fetched, and any signature is accepted', async ({
  app,
  server,
}) => {
  const options = { verifySignature: false }
  const token = signedBy(keyless('ES256'))
  expect(await tryHere(app, server, { options, token })).toBe(fine)
  expect(await tryHere(app, server, { token })).toBe(wrong)
  expect(await tryHere(app, server, { options, token })).toBe(fine)
})

test('oidcc userinfo-signed: a JWT of UserInfo is read, and its signature checked', async ({
  app,
  server,
}) => {
  const ec = createSigner('ES256')
  const sha1 = createSigner('RS1')
  await publish(app, server, [ec.jwk, { ...sha1.jwk, alg: undefined }])
  expect(await signInHere(app, server, { token: signedBy(ec) })).toBe(fine)
  const claims = { sub: 'user-1', name: 'Ada in a JWT' }
  const answers = [ec, bending(ec), keyless('none', '')].map(({ sign }) =>
    sign({ alg: ec.alg, kid: ec.kid }, claims),
  )
  const codes: unknown[] = []
  const unsigned = keyless('none', '').sign({ alg: 'none' }, claims)
  const weak = sha1.sign({ alg: 'RS1', kid: sha1.kid }, claims)
  for (const body of [...answers, unsigned, weak]) {
    server.fail('userinfo', { body, headers: { 'content-type': 'application/jwt' } })
    const { value, error } = await app.attempt(() => window.auth.userInfo())
    codes.push(error?.code ?? value?.name)
  }
  expect(codes).toEqual(['Ada in a JWT', 'invalid_response', 'invalid_response', wrong, wrong])
})

const empty = 'e30'

/** Token responses with another ID token, or with an access token that fits no header. */
const shapes: [name: string, change: Record<string, unknown>, said: string][] = [
  ['a JWE', { id_token: 'a.b.c.d.e' }, 'unsupported'],
  ['a JWT without signature', { id_token: `${empty}.${empty}` }, wrong],
  ['a header that is a list', { id_token: `W10.${empty}.AAAA` }, wrong],
  ['claims that are null', { id_token: 'eyJhbGciOiJFUzI1NiJ9.bnVsbA.AAAA' }, wrong],
  [
    'a critical extension',
    { id_token: `eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiYiJdfQ.${empty}.A` },
    wrong,
  ],
  ...['a\r\nx-evil: yes', 'a\nb', 'a\0b', 'á', '…'].map(
    (access_token): [string, Record<string, unknown>, string] => [
      JSON.stringify(access_token),
      { access_token },
      'invalid_response',
    ],
  ),
]

test('a malformed ID token, or an access token that fits no header, is refused', async ({
  app,
  server,
}) => {
  await expectRows(
    shapes,
    ([, , said]) => said,
    ([, change]) => {
      const token = { body: (json: object) => ({ ...json, ...change }), idToken: { at_hash: '' } }
      return tryHere(app, server, { token })
    },
  )
  expect(await leaks(app, server)).toEqual([])
})
