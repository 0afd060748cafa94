import type { Json } from './classify.js'

/** What stands in base64url. */
export const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replace(/-/g, '+').replace(/_/g, '/')), (char) =>
    char.charCodeAt(0),
  )

/** What the header (0) or the payload (1) of a JWT says. */
export function partOf(jwt: string, index: 0 | 1): Json {
  return JSON.parse(new TextDecoder().decode(bytesOf(jwt.split('.')[index] ?? ''))) as Json
}
