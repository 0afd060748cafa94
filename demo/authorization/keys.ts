import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** The secrets of one run of the authorization server. They are never stored. */
export interface Keys {
  /** The private keys that sign tokens. */
  readonly signing: JWK[]
  /** Their public halves. */
  readonly published: JWK[]
  readonly cookies: string[]
  readonly dpopNonce: Buffer
}

/** Generate new keys. They are elliptic-curve keys, because RSA keys would make the start slow. */
export async function createKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const named = { kid: randomBytes(8).toString('base64url'), alg: 'ES256', use: 'sig' }
  return {
    signing: [{ ...(await exportJWK(privateKey)), ...named }],
    published: [{ ...(await exportJWK(publicKey)), ...named }],
    cookies: [randomBytes(32).toString('base64url')],
    dpopNonce: randomBytes(32),
  }
}
