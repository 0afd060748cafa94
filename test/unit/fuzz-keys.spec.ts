import { createNotes } from '../../src/vault/notes.js'
import { expect, test } from '@playwright/test'
import * as fc from 'fast-check'
import { resolveConfig } from '../../src/config.js'
import { fromServer } from '../../src/vault/token/errors.js'
import { isSigned } from '../../src/vault/optional/signature.js'
import { always, anything, bent, isKnown, isUnpolluted } from '../support/fuzz.js'
import { bending, createSigner, keyless } from '../support/signed-id-tokens.js'

// Whatever a server publishes as its keys: a signature is proven by one of them, or not at all.

const real = globalThis.fetch
test.afterEach(() => void (globalThis.fetch = real))

const config = resolveConfig(
  { issuer: 'https://id.example', clientId: 'app', redirectUri: '/', verifySignature: true },
  'https://app.example/',
)
const algorithms = ['ES256', 'PS256', 'RS256', 'Ed25519']
const signers = algorithms.map((alg) => createSigner(alg))
const publicKeys = signers.map(({ jwk }) => jwk)
// prettier-ignore
const odd = [
  null, 7, 'key', [], {}, { kty: 'oct', k: 'AAAA' }, { kty: 'oct', k: 'AAAA', alg: 'HS256', kid: 'ES256 key' }, { kty: 'RSA' },
  { kty: 'RSA', n: 'AQ', e: 'AQAB' }, { kty: 'RSA', n: 'A'.repeat(5000), e: 'AA' }, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
  { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) }, JSON.parse('{"__proto__":{"kty":"RSA","polluted":true},"kty":"EC"}'),
  ...publicKeys.map((jwk) => ({ ...jwk, d: 'AAAA' })),
  ...publicKeys.map((jwk) => ({ ...jwk, use: 'enc' })),
  ...publicKeys.map((jwk) => ({ ...jwk, key_ops: ['sign', 'verify', 'toString'] })),
  ...publicKeys.map((jwk) => ({ ...jwk, kid: undefined, kty: undefined })),
]
const keys = fc.array(
  fc.oneof(
    fc.constantFrom<unknown>(...publicKeys),
    fc.constantFrom<unknown>(...odd),
    fc.constantFrom(...publicKeys).chain((jwk) => bent(jwk)),
  ),
  { maxLength: 6 },
)
const many = fc
  .tuple(keys, fc.integer({ min: 60, max: 70 }))
  .map(([some, length]) => some.concat(Array.from({ length }, () => ({ kty: 'RSA' }))))
const sets = fc.oneof(
  { weight: 8, arbitrary: keys.map((list) => ({ keys: list })) },
  { weight: 1, arbitrary: many.map((list) => ({ keys: list })) },
  { weight: 1, arbitrary: fc.oneof(anything, fc.record({ keys: anything })) },
)
const claims = { iss: 'https://id.example', sub: 'ada' }
const honest = signers.map(({ sign, alg, kid }) => sign({ alg, kid }, claims))
const forged = [
  ...signers.map((signer) => bending(signer).sign({ alg: signer.alg, kid: signer.kid }, claims)),
  ...['none', 'HS256', 'RS', '__proto__', 'constructor'].map((alg) =>
    keyless(alg).sign({ alg }, claims),
  ),
]

const asText = (document: unknown): string =>
  JSON.stringify(document, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  ) ?? ''

function must(holds: unknown, what: string): void {
  if (!holds) throw new Error(what)
}

test('T42: a hostile JWK Set proves only signatures of its own keys, of 64 at most', async () => {
  let asked = 0
  let proven = 0
  let refused = 0
  await always(
    fc.tuple(sets, fc.nat(honest.length - 1), fc.constantFrom(...forged)),
    async ([document, at, forgery]) => {
      globalThis.fetch = async () => new Response(asText(document))
      // Each run has keys of its own: those of a URL are kept.
      const jwks_uri = `https://id.example/jwks/${asked++}`
      const server = { jwks_uri } as Parameters<typeof isSigned>[1]
      const told = (jwt: string): Promise<unknown> =>
        isSigned({ config, notes: createNotes() }, server, jwt).catch(
          (failure: unknown) => fromServer(failure).code,
        )
      const text = asText(document)
      const said = await told(honest[at] ?? '')
      const list = (JSON.parse(text || '{}') as { keys?: unknown[] } | null)?.keys
      must(typeof said === 'boolean' || isKnown(String(said)), `It says ${said}.`)
      if (said === true)
        must(
          text.includes(publicKeys[at]?.x ?? publicKeys[at]?.n ?? '-'),
          'It is proven by another key.',
        )
      if (said === true) proven++
      const tooMany = !Array.isArray(list) || list.length > 64
      if (tooMany) must(said === 'invalid_response', `${list?.length} keys: ${said}.`)
      if (tooMany) refused++
      must((await told(forgery)) !== true, 'A forgery is believed.')
      return isUnpolluted()
    },
    600,
  )
  expect(proven).toBeGreaterThan(30)
  expect(refused).toBeGreaterThan(10)
})
