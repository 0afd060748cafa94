import { AuthError } from '../../errors.js'
import type { SessionStore } from '../session.js'

/** That the session has ended, and why, as far as this tab knows. */
export function endedError({ snapshot }: SessionStore): AuthError {
  const now = snapshot()
  return new AuthError('session_ended', now.status === 'signed-out' ? now.error?.hint : undefined)
}
