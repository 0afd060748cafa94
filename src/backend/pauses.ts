import type { AuthError } from '../errors.js'
import { ErrorResponse } from '../vault/token/errors.js'
import { bound } from './bound.js'

interface Pause {
  readonly tries: number
  readonly until: number
  readonly error: AuthError
}

/** When a server that did not answer, is busy, or refuses, is asked again, by the id of the session. */
export interface Pauses {
  /** Whether it is not yet time for the next attempt. */
  has(id: string): boolean
  /** @throws AuthError that the last attempt failed with, until it is time for the next one */
  check(id: string): void
  begin(id: string, failure: unknown, error: AuthError): void
  end(id: string): void
}

const maxPauses = 5000

export function createPauses(): Pauses {
  const pauses = new Map<string, Pause>()
  return {
    has: (id) => (pauses.get(id)?.until ?? 0) > Date.now(),
    check(id) {
      const pause = pauses.get(id)
      if (pause && pause.until > Date.now()) throw pause.error
    },
    begin(id, failure, error) {
      const isAnswer = failure instanceof ErrorResponse
      if (!error.retryable && !isAnswer) return
      const tries = (pauses.get(id)?.tries ?? 0) + 1
      // About 1 s, 4 s, 16 s, 1 min; or what the server asks for.
      const ms = (isAnswer && failure.retryAfter) || Math.min(60_000, 250 * 4 ** tries)
      pauses.delete(id)
      pauses.set(id, { tries, error, until: Date.now() + ms })
      bound(pauses, maxPauses)
    },
    end: (id) => void pauses.delete(id),
  }
}
