import { base64url, randomToken } from './bytes.js'

/** The current signing key, which is generated when it is first needed. */
export interface Keys {
  /** A signed JWT with these claims. `typ` tells an access token (`at+jwt`) from an ID token. */
  sign(typ: string, claims: Record<string, unknown>): Promise<string>
  /** The JWK Set that verifies the signatures of the current key. */
  jwks(): Promise<{ keys: JsonWebKey[] }>
  /** Generate a new key; the old one leaves the JWK Set. */
  rotate(): Promise<void>
}

interface SigningKey {
  kid: string
  pair: CryptoKeyPair
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/**
 * Sign by ES256, with WebCrypto.
 *
 * @see [RFC 7518 §3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4)
 */
export function createKeys(): Keys {
  let current: Promise<SigningKey> | undefined
  const key = (): Promise<SigningKey> => (current ??= generate())
  return {
    sign: async (typ, claims) => signWith(await key(), typ, claims),
    jwks: async () => ({ keys: [await publicJwk(await key())] }),
    rotate: async () => {
      current = generate()
      await current
    },
  }
}

async function generate(): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  return { kid: randomToken().slice(0, 8), pair }
}

async function signWith(
  { kid, pair }: SigningKey,
  typ: string,
  claims: Record<string, unknown>,
): Promise<string> {
  const header = { alg: 'ES256', typ, kid }
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`
  const bytes = new TextEncoder().encode(input)
  const signature = await crypto.subtle.sign(algorithm, pair.privateKey, bytes)
  return `${input}.${base64url(new Uint8Array(signature))}`
}

async function publicJwk({ kid, pair }: SigningKey): Promise<JsonWebKey> {
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const known = { kty, crv, x, y, kid, alg: 'ES256', use: 'sig' }
  return known as JsonWebKey
}
