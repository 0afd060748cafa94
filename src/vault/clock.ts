import type { Token } from './record.js'

/** How long tokens live, by the wall clock and the monotonic one; whichever says less is believed. */
export interface Clock {
  /** Milliseconds that the token still lives. */
  remaining(token: Token | undefined): number
  /** Whether it can be used without renewing it. */
  isFresh(token: Token): boolean
  /** Forget every token that was measured. */
  forget(): void
}

/**
 * Milliseconds before its expiry from which a token is renewed on use: 30 s and a part of the tab's
 * own up to as much again (so that tabs do not ask all at once), never more than a quarter of its life.
 */
export function margin({ receivedAt, expiresAt }: Token, spread: number): number {
  return Math.min(30_000 * (1 + spread), (expiresAt - receivedAt) / 4)
}

/** A clock for the tokens of one session. */
export function createClock(): Clock {
  const spread = Math.random()
  // By token: when first met, the wall clock says how long it lives; from then on both clocks count.
  const deadlines = new Map<string, number>()

  function remaining(token: Token | undefined): number {
    const now = Date.now()
    // Received in the future: the clock was set back since, and its word is worth nothing.
    if (!token || token.receivedAt > now + 1000) return 0
    const left = token.expiresAt - now
    const deadline = deadlines.get(token.value) ?? performance.now() + left
    deadlines.set(token.value, deadline)
    return Math.min(left, deadline - performance.now())
  }

  return {
    remaining,
    isFresh: (token) => remaining(token) > margin(token, spread),
    forget: () => deadlines.clear(),
  }
}
