export const toUtf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

export function toBase64url(bytes: ArrayBuffer | Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return base64.replace(/[+/=]/g, (char) => ({ '+': '-', '/': '_' })[char] ?? '')
}

export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0))

/** The header (0) or the payload (1) of a JWT, whose signature is not looked at. */
export function decodeJwt(jwt: string, index: 0 | 1): Record<string, unknown> {
  const text = new TextDecoder().decode(fromBase64url(jwt.split('.')[index] ?? ''))
  return JSON.parse(text) as Record<string, unknown>
}

/**
 * The SHA-2 hash of a text, in base64url. It can stand for a secret without giving it away.
 *
 * @param bits 256, 384 or 512
 * @param part how much of the hash, from its start: 1 is all of it
 */
export async function hashOf(text: string, bits = 256, part = 1): Promise<string> {
  const hash = await crypto.subtle.digest(`SHA-${bits}`, toUtf8(text))
  return toBase64url(new Uint8Array(hash, 0, (bits / 8) * part))
}
