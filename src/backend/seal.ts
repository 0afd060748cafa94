import { toUtf8 } from '../vault/token/encoding.js'
import { jose } from './jose.js'

/** What a sealed text is for. A text that was sealed for one purpose does not open for another. */
export type Purpose = 'session' | 'transaction' | 'error' | 'sign-out'

/** Makes text that only this backend can read. A changed text does not open. */
export interface Seal {
  /** @param lifetime milliseconds */
  seal(purpose: Purpose, value: object, lifetime: number): Promise<string>
  /** `undefined` for text that is not of this backend, was changed, or has expired. */
  unseal(purpose: Purpose, text: string): Promise<Opened | undefined>
}

export interface Opened {
  readonly value: unknown
  /** Whether an older secret, not the first of the list, sealed it. */
  readonly isOld: boolean
}

/** A key for each secret, client and purpose. @see [RFC 5869](https://www.rfc-editor.org/rfc/rfc5869) */
async function deriveKey(secret: string, client: string, purpose: Purpose): Promise<CryptoKey> {
  const { subtle } = crypto
  const material = await subtle.importKey('raw', toUtf8(secret), 'HKDF', false, ['deriveKey'])
  const info = toUtf8(`pixy-auth backend ${purpose} ${client}`)
  const params = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
  const aes = { name: 'AES-GCM', length: 256 }
  return subtle.deriveKey(params, material, aes, false, ['encrypt', 'decrypt'])
}

/**
 * Authenticated encryption: a JWE with `dir` and `A256GCM`.
 *
 * @param secrets the first one seals, each of them opens
 * @param client names the server and the client: a text of one client does not open for another with the same secrets
 * @see [RFC 7516](https://www.rfc-editor.org/rfc/rfc7516)
 * @see [RFC 7518 §5.3](https://www.rfc-editor.org/rfc/rfc7518#section-5.3)
 */
export function createSeal(secrets: readonly string[], client: string): Seal {
  const keys = new Map<string, Promise<CryptoKey>>()
  function keyFor(secret: string, purpose: Purpose): Promise<CryptoKey> {
    const name = `${purpose} ${secret}`
    const key = keys.get(name) ?? deriveKey(secret, client, purpose)
    keys.set(name, key)
    return key
  }

  return {
    async seal(purpose, value, lifetime) {
      const { EncryptJWT } = await jose()
      const [secret = ''] = secrets
      return new EncryptJWT({ d: value })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(new Date(Date.now() + lifetime))
        .encrypt(await keyFor(secret, purpose))
    },
    async unseal(purpose, text) {
      const { jwtDecrypt } = await jose()
      for (const secret of secrets) {
        const key = await keyFor(secret, purpose)
        const options = {
          keyManagementAlgorithms: ['dir'],
          contentEncryptionAlgorithms: ['A256GCM'],
        }
        const jwt = await jwtDecrypt(text, key, options).catch(() => undefined)
        if (jwt) return { value: jwt.payload['d'], isOld: secret !== secrets[0] }
      }
      return undefined
    },
  }
}
