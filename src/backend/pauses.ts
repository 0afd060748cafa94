import type { AuthError } from '../errors.js'
import { ErrorResponse } from '../vault/token/errors.js'
import { bound } from './bound.js'

interface Pause {
  readonly tries: number
  readonly until: number
  readonly error: AuthError
}

/** Pauses between requests to a server that did not answer, is busy or refuses. Each session has its own, by its id. */
export interface Pauses {
  /** Whether a pause lasts. */
  has(id: string): boolean
  /** @throws AuthError of the last attempt, as long as a pause lasts */
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
