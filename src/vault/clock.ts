import type { Token } from './record.js'

/** How long tokens live, by the wall clock and by the monotonic clock. The shorter time counts. */
export interface Clock {
  /** Milliseconds that the token still lives. */
  remaining(token: Token | undefined): number
  /**
   * Whether a token should be renewed before it is used. A token is good enough if it lives for another 30 to
   * 60 s: each tab has its own random value in that range, so that tabs do not renew all at once. For a short
   * token a quarter of its life is enough.
   */
  needsRenewal(token: Token): boolean
  /** Measure these tokens by both clocks from now on; forget all others. */
  keep(tokens?: Readonly<Record<string, Token>>): void
}

/**
 * A clock for the tokens of one session.
 *
 * @param spread between 0 and 1: how much earlier than needed this tab renews, as a part of another 30 s
 */
export function createClock(spread: number = Math.random()): Clock {
  // By token: the time of its end on the monotonic clock, which is first computed from the wall clock.
  let deadlines = new Map<string, number>()

  // A token that was received in the future: the wall clock was set back since, so it cannot be trusted.
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
