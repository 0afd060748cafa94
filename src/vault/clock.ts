import type { Token } from './record.js'

/** How long tokens live, by the wall clock and the monotonic one; whichever says less is believed. */
export interface Clock {
  /** Milliseconds that the token still lives. */
  remaining(token: Token | undefined): number
  /** Between 0 and 1, of this tab's own: spreads what all tabs would do in the same moment. */
  readonly spread: number
  /** Forget every token that was measured. */
  forget(): void
}

/** A clock for the tokens of one session. */
export function createClock(): Clock {
  // By token: when first met, the wall clock says how long it lives; from then on both clocks count.
  const deadlines = new Map<string, number>()

  function remaining(token: Token | undefined): number {
    if (typeof token?.value !== 'string') return 0
    const now = Date.now()
    // Received in the future: the clock was set back since, and its word is worth nothing.
    const left = token.receivedAt > now + 1000 ? 0 : token.expiresAt - now
    const deadline = deadlines.get(token.value) ?? performance.now() + left
    deadlines.set(token.value, deadline)
    return Math.min(left, deadline - performance.now())
  }

  return {
    remaining,
    spread: Math.random(),
    forget: () => deadlines.clear(),
  }
}
