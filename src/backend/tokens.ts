import { AuthError, isAuthError } from '../errors.js'
import type { Token } from '../vault/record.js'
import { wasForced } from '../vault/refresh/retry-token.js'
import { isFresh, remaining } from './expiry.js'
import type { Refresh } from './refresh.js'
import type { BackendSession } from './sessions.js'

/** A session, and the one of its tokens that a caller gets. */
export interface Granted {
  readonly session: BackendSession
  readonly token: Token
}

/**
 * A token that lives long enough. If it cannot be renewed for now, the current token is given until it expires.
 *
 * @param unfit the value of a token that an API refused: it is renewed, by one refresh in 30 s at most
 * @throws AuthError as `Refresh` does
 */
export async function tokenFor(
  session: BackendSession,
  key: string,
  refresh: Refresh,
  unfit?: string,
): Promise<Granted> {
  const held = session.tokens[key]
  const isRefused = held?.value === unfit
  // If the API refuses the renewed token too, do not refresh again: each call would cost a refresh.
  const fit = isRefused && !wasForced(held) ? undefined : held
  if (fit && isFresh(fit)) return { session, token: fit }
  const next = await refresh(session, key, held?.value, isRefused).catch((failure: unknown) => {
    const isForNow = isAuthError(failure) && failure.retryable
    if (isForNow && remaining(fit) > 0) return session
    throw failure
  })
  const token = next.tokens[key]
  if (!token) throw new AuthError('session_ended')
  return { session: next, token }
}
