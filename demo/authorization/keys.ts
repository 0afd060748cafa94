import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'

/** The secrets of one run of the authorization server: nothing is kept, nothing is committed. */
export interface Keys {
  /** Private keys that sign tokens. */
  readonly signing: JWK[]
  /** Their public halves. */
  readonly published: JWK[]
  readonly cookies: string[]
  readonly dpopNonce: Buffer
}

/** Make new keys. Elliptic curves, because making RSA keys would slow every start down. */
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
