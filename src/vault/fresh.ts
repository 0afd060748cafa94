import type { Clock } from './clock.js'
import type { Token } from './record.js'

/**
 * Whether a token can be used without renewing it: it lives for 30 s more, and for a part of the
 * tab's own up to as much again (so that tabs do not ask all at once), or for a quarter of its life.
 */
export function isFresh({ remaining, spread }: Clock, token: Token): boolean {
  const margin = Math.min(30_000 * (1 + spread), (token.expiresAt - token.receivedAt) / 4)
  return remaining(token) > margin
}
