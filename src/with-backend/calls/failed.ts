import type { Caller } from '../../door.js'
import { asAuthError, AuthError, toData } from '../../errors.js'
import type { BackendSession } from '../session.js'
import { signedOut } from '../shown.js'

/**
 * Apply a failure to the session: the session has ended, another user has signed in, or its state is unknown
 * for now.
 *
 * @returns the error that the caller gets
 */
export function failed(
  { current, show, doubt, read, tabs }: BackendSession,
  failure: unknown,
  caller: Caller,
): AuthError {
  const error = asAuthError(failure)
  const isOver = /^(not_signed_in|session_ended|invalid_id_token)$/.test(error.code)
  if (error.code === 'account_changed') void read()
  if (isOver && caller.id === current().id) {
    show({ ...signedOut, error: toData(new AuthError('session_ended')) })
    tabs.send('session', '')
  }
  if (error.retryable && current().id) doubt(error)
  return error.code === 'not_signed_in' ? new AuthError('session_ended') : error
}
