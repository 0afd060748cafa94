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
  /** Forget every token that was measured. */
  forget(): void
}

/**
 * A clock for the tokens of one session.
 *
 * @param spread between 0 and 1, of this tab's own: how much earlier than needed it renews
 */
export function createClock(spread: number = Math.random()): Clock {
  // By token: the wall clock says once how long it lives, and from then on both clocks count.
  const deadlines = new Map<string, number>()

  function remaining(token: Token | undefined): number {
    if (typeof token?.value !== 'string') return 0
    const now = Date.now()
    // Received in the future: the clock was set back since, so the wall clock cannot be believed.
    const left = token.receivedAt > now + 1000 ? 0 : token.expiresAt - now
    const deadline = deadlines.get(token.value) ?? performance.now() + left
    deadlines.set(token.value, deadline)
    return Math.min(left, deadline - performance.now())
  }

  return {
    remaining,
    needsRenewal(token) {
      const margin = Math.min(
        30_000 * (1 + spread),
        (token.expiresAt - Number(token.receivedAt)) / 4,
      )
      return !(remaining(token) > margin)
    },
    forget: () => deadlines.clear(),
  }
}
