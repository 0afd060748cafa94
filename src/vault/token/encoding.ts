import { own } from '../../lib/own.js'

export const toUtf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

export function toBase64url(bytes: ArrayBuffer | Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return base64.replace(/[+/=]/g, (char) => ({ '+': '-', '/': '_' })[char] ?? '')
}

export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (char) => char.charCodeAt(0))

// No useful claim is nested so deep. Code that copies or compares values recursively overflows the stack at
// some depth.
const maxDepth = 32

const isShallow = (value: unknown, depth = maxDepth): boolean =>
  value !== Object(value) ||
  (depth > 0 && Object.values(value as object).every((member) => isShallow(member, depth - 1)))

/** The own members of what a server sent, without those that are nested too deep to be kept. */
export function membersOf(json: unknown): Record<string, unknown> {
  const members = Object.entries(Object(json) as object)
  return own(Object.fromEntries(members.filter(([, value]) => isShallow(value))))
}

/** The members of a form (`application/x-www-form-urlencoded`); none for any other text. */
export const formOf = (text: string): Record<string, unknown> =>
  own(/^[\w.%-]+=[^\s<>"]*$/.test(text) ? Object.fromEntries(new URLSearchParams(text)) : {})

/** The header (0) or the payload (1) of a JWT. The signature is not checked. */
export function decodeJwt(jwt: string, index: 0 | 1): Record<string, unknown> {
  const text = new TextDecoder().decode(fromBase64url(jwt.split('.')[index] ?? ''))
  return membersOf(JSON.parse(text))
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
