import { AuthError } from '../../errors.js'
import type { SessionStore } from '../session.js'

/** The error for a session that has ended, with the reason if this tab knows it. */
export function endedError({ snapshot }: SessionStore): AuthError {
  const now = snapshot()
  return new AuthError('session_ended', now.status === 'signed-out' ? now.error?.hint : undefined)
}
