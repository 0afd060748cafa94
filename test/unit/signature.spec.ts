import { expect, test } from '@playwright/test'
import { createNotes } from '../../src/vault/notes.js'
import { isSigned } from '../../src/vault/optional/signature.js'
import { fromServer } from '../../src/vault/token/errors.js'

// Whether the server made a signature: by the keys that it publishes, and the names that it gives them.

const { fetch } = globalThis
const now = performance.now.bind(performance)
test.afterEach(() => {
  Object.assign(globalThis, { fetch })
  performance.now = now
})

type Keys = Awaited<ReturnType<typeof newKey>>

async function newKey(algorithm: RsaHashedKeyGenParams | EcKeyGenParams | { name: 'Ed25519' }) {
  const pair = (await crypto.subtle.generateKey(algorithm, true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  return { pair, jwk: (await crypto.subtle.exportKey('jwk', pair.publicKey)) as JsonWebKey }
}

const rsa = (name: string, bits: number, hash = 'SHA-256') =>
  newKey({ name, hash, modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]) })
const ec = (namedCurve: string) => newKey({ name: 'ECDSA', namedCurve })
const ed = () => newKey({ name: 'Ed25519' })

const base64url = (data: string | ArrayBuffer): string =>
  Buffer.from(data as string).toString('base64url')

/** A JWT that this key has signed. */
async function sign({ pair }: Keys, alg: string, header: object = {}): Promise<string> {
  const data = `${base64url(JSON.stringify({ alg, ...header }))}.${base64url('{"a":1}')}`
  const bits = Number(/\d+/.exec(alg)?.[0])
  const by = { name: pair.privateKey.algorithm.name, hash: `SHA-${bits}`, saltLength: bits / 8 }
  return `${data}.${base64url(await crypto.subtle.sign(by, pair.privateKey, Buffer.from(data)))}`
}

/** A server with these keys: what it was asked, and whether a JWT is its own. */
function server(keys: unknown) {
  const state = { keys, status: 200 }
  const asked: (string | undefined)[] = []
  const jwks_uri = `https://id.example/${crypto.randomUUID()}`
  const config = { timeout: 1000 } as Parameters<typeof isSigned>[0]['config']
  const check = async (jwt: string): Promise<unknown> => {
    globalThis.fetch = async (_, init) => {
      asked.push(init?.cache)
      return Response.json({ keys: state.keys }, { status: state.status })
    }
    const context = { config, notes: createNotes() }
    return isSigned(context, { jwks_uri } as Parameters<typeof isSigned>[1], jwt).catch(
      (error: unknown) => fromServer(error).code,
    )
  }
  return { state, asked, check }
}

for (const [alg, make] of [
  ['RS256', () => rsa('RSASSA-PKCS1-v1_5', 2048)],
  ['PS256', () => rsa('RSA-PSS', 2048)],
  ['ES256', () => ec('P-256')],
  ['ES384', () => ec('P-384')],
  ['ES512', () => ec('P-521')],
  ['EdDSA', ed],
  ['Ed25519', ed],
] as const)
  test(`${alg} is verified`, async () => {
    const [key, other] = [await make(), await make()]
    expect(await server([key.jwk]).check(await sign(key, alg))).toBe(true)
    expect(await server([other.jwk, key.jwk]).check(await sign(key, alg))).toBe(true)
    expect(await server([key.jwk, other.jwk]).check(await sign(key, alg))).toBe(true)
    expect(await server([other.jwk]).check(await sign(key, alg))).toBe(false)
  })

test('a key is chosen by its type, its id and its use', async () => {
  const key = await ec('P-256')
  const jwk = { ...key.jwk, kid: 'one' }
  const jwt = await sign(key, 'ES256', { kid: 'one' })
  expect(await server([jwk]).check(jwt)).toBe(true)
  expect(await server([{ ...jwk, use: 'sig' }]).check(jwt)).toBe(true)
  expect(await server([jwk]).check(await sign(key, 'ES256'))).toBe(true)
  for (const none of [
    { ...jwk, kid: 'two' },
    { ...jwk, use: 'enc' },
    { ...jwk, kty: 'RSA' },
    { ...key.jwk },
    { kty: 'EC', kid: 'one' },
    null,
  ])
    expect(await server([none]).check(jwt)).toBe('invalid_id_token')
  expect(await server([jwk]).check(await sign(key, 'none256'))).toBe('invalid_id_token')
})

test('a key for encryption is ignored, even if the platform would import it', async () => {
  const key = await ec('P-256')
  const { importKey } = crypto.subtle
  const jwt = await sign(key, 'ES256')
  const read = importKey.bind(crypto.subtle) as (...given: unknown[]) => Promise<CryptoKey>
  const careless = (format: unknown, jwk: object, ...rest: unknown[]) =>
    read(format, { ...jwk, use: 'sig' }, ...rest)
  crypto.subtle.importKey = careless as typeof importKey
  try {
    expect(await server([{ ...key.jwk, use: 'enc' }]).check(jwt)).toBe('invalid_id_token')
    expect(await server([key.jwk]).check(jwt)).toBe(true)
  } finally {
    crypto.subtle.importKey = importKey
  }
})

test('an RSA key of less than 2048 bits is ignored', async () => {
  const key = await rsa('RSASSA-PKCS1-v1_5', 1024)
  expect(await server([key.jwk]).check(await sign(key, 'RS256'))).toBe('invalid_id_token')
})

test('an algorithm that the platform lacks is unsupported', async () => {
  const key = await ec('P-256')
  const { importKey } = crypto.subtle
  crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))
  expect(await server([key.jwk]).check(await sign(key, 'ES256'))).toBe('unsupported')
  crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'DataError'))
  expect(await server([key.jwk]).check(await sign(key, 'ES256'))).toBe('invalid_id_token')
  crypto.subtle.importKey = importKey
})

test('a key set that is no list, or too long, is refused', async () => {
  const key = await ec('P-256')
  const jwt = await sign(key, 'ES256')
  for (const keys of [{ 0: key.jwk, length: 1 }, Array(65).fill(key.jwk)])
    expect(await server(keys).check(jwt)).toBe('invalid_response')
  expect(await server(Array(64).fill(key.jwk)).check(jwt)).toBe(true)
})

test('keys are cached for ten minutes, and fetched again once in half a minute', async () => {
  const [key, next] = [await ec('P-256'), await ec('P-256')]
  const { state, asked, check } = server([key.jwk])
  const [first, second] = [await sign(key, 'ES256'), await sign(next, 'ES256')]
  const start = now()
  const at = (seconds: number) => void (performance.now = () => start + seconds * 1000)
  at(0)
  expect(await check(first)).toBe(true)
  expect(await check(first)).toBe(true)
  expect(asked).toEqual(['default'])
  at(1)
  expect(await check(second)).toBe(false)
  expect(asked.splice(0)).toEqual(['default', 'no-cache'])
  state.keys = [key.jwk, next.jwk]
  at(30)
  expect(await check(second)).toBe(false)
  expect(asked).toEqual([])
  at(32)
  expect(await check(second)).toBe(true)
  expect(asked.splice(0)).toEqual(['no-cache'])
  at(631)
  expect(await check(first)).toBe(true)
  expect(asked).toEqual([])
  at(633)
  expect(await check(first)).toBe(true)
  expect(asked.splice(0)).toEqual(['default'])
  // That it was asked by chance is no reason not to ask for a key that is missing.
  state.keys = [key.jwk]
  at(1300)
  expect(await check(first)).toBe(true)
  expect(await check(second)).toBe(false)
  expect(asked).toEqual(['default', 'no-cache'])
})

test('keys that cannot be fetched are fetched later, and known keys stay', async () => {
  const [key, other] = [await ec('P-256'), await ec('P-256')]
  const [own, foreign] = [await sign(key, 'ES256'), await sign(other, 'ES256')]
  const failing = server([key.jwk])
  failing.state.status = 503
  expect(await failing.check(own)).toBe('server_error')
  failing.state.status = 200
  expect(await failing.check(own)).toBe(true)
  failing.state.status = 503
  expect(await failing.check(foreign)).toBe('server_error')
  expect(await failing.check(own)).toBe(true)
  expect(failing.asked).toEqual(['default', 'default', 'no-cache'])
})
