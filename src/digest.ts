import type { Config } from './config.js'

/** SHA-256 of a text, base64url: names a secret without telling it. */
export async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/[+/]/g, (char) =>
    char === '+' ? '-' : '_',
  )
}

/** Six characters that tell this client's answers from another's on the same page. */
export async function fingerprint({ key, redirectUri }: Config): Promise<string> {
  return (await digest(`${key} ${redirectUri}`)).slice(0, 6)
}
