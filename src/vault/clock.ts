import type { Token } from './record.js'

/** How long tokens live, by the wall clock and the monotonic clock. The one that says less is believed. */
export interface Clock {
  /** Milliseconds that the token still lives. */
  remaining(token: Token | undefined): number
  /**
   * Whether a token should be renewed before it is used. It is good enough while it lives for 30 s
   * more, and for a part of this tab's own up to as much again, so that tabs do not renew all at once;
   * for a short token a quarter of its life is enough.
   */
  needsRenewal(token: Token): boolean
  /** Both clocks count for these tokens from now on; any other is forgotten. */
  keep(tokens?: Readonly<Record<string, Token>>): void
}

/**
 * A clock for the tokens of one session.
 *
 * @param spread between 0 and 1, of this tab's own: how much earlier than needed it renews
 */
export function createClock(spread: number = Math.random()): Clock {
  // By token: the wall clock says once how long it lives, and from then on both clocks count.
  let deadlines = new Map<string, number>()

  // Received in the future: the clock was set back since, so the wall clock cannot be believed.
  const left = ({ receivedAt, expiresAt }: Token): number =>
    receivedAt > Date.now() + 1000 ? 0 : expiresAt - Date.now()
  const deadline = (token: Token): number =>
    deadlines.get(token.value) ?? performance.now() + left(token)

  const remaining = (token: Token | undefined): number =>
    token ? Math.min(left(token), deadline(token) - performance.now()) : 0

  return {
    remaining,
    needsRenewal(token) {
      const margin = Math.min(30_000 * (1 + spread), (token.expiresAt - token.receivedAt) / 4)
      return remaining(token) <= margin
    },
    keep(tokens = {}) {
      const kept = Object.values(tokens)
      deadlines = new Map(kept.map((token) => [token.value, deadline(token)]))
    },
  }
}
