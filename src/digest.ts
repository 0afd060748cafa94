import type { Config } from './config.js'

/**
 * SHA-256 of a text (or another SHA-2), base64url: names a secret without telling it.
 *
 * @param part how much of it
 */
export async function digest(text: string, bits = 256, part = 1): Promise<string> {
  const hash = await crypto.subtle.digest(`SHA-${bits}`, new TextEncoder().encode(text))
  const bytes = new Uint8Array(hash, 0, (bits / 8) * part)
  return btoa(String.fromCharCode(...bytes)).replace(/[+/]/g, (char) => (char === '+' ? '-' : '_'))
}

/** Six characters that tell this client's answers from another's on the same page. */
export async function fingerprint({ key, redirectUri }: Config): Promise<string> {
  return (await digest(`${key} ${redirectUri}`)).slice(0, 6)
}
