import type { Token } from '../vault/record.js'

/** Milliseconds until a token expires. */
export const remaining = (token: Token | undefined): number =>
  token ? token.expiresAt - Date.now() : 0

/** Whether a token lives for 30 s more; for a short-lived token, a quarter of its lifetime. */
export const isFresh = (token: Token): boolean =>
  remaining(token) > Math.min(30_000, (token.expiresAt - token.receivedAt) / 4)
