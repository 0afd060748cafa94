import type { Config } from './config.js'

export const encoded = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

export function base64url(bytes: ArrayBuffer | Uint8Array): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return text.replace(/[+/=]/g, (char) => ({ '+': '-', '/': '_' })[char] ?? '')
}

/**
 * SHA-256 of a text (or another SHA-2), base64url: names a secret without telling it.
 *
 * @param part how much of it
 */
export async function digest(text: string, bits = 256, part = 1): Promise<string> {
  const hash = await crypto.subtle.digest(`SHA-${bits}`, encoded(text))
  return base64url(new Uint8Array(hash, 0, (bits / 8) * part))
}

/** Six characters that tell this client's answers from another's on the same page. */
export async function fingerprint({ key, redirectUri }: Config): Promise<string> {
  return (await digest(`${key} ${redirectUri}`)).slice(0, 6)
}
