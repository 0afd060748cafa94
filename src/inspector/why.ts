import { AuthError, type AuthErrorCode } from '../index.js'
import { factsOf, type Shown } from './report.js'

// Where the step says more than the code does.
const causes: Readonly<Record<string, string>> = {
  'call network':
    'The API was not reached, or its CORS settings do not allow this origin with the header `Authorization`.',
  'call network backend':
    'The backend was not reached. It sends the call on, so nothing is known of the API.',
  'retry network': 'The API was not reached when the call was sent once more.',
  'answer 401':
    'The API refused the token. If it says no reason here, let CORS expose `WWW-Authenticate`.',
  'answer 403': 'The token is good, but does not allow this: sign in with more `scope`.',
  'store refused':
    'The server refused the refresh token, so the session ended: it is spent, revoked or too old.',
  'store expired':
    'The access token expired, and there is no refresh token: ask for `offline_access`.',
  'store sign-out': 'The user signed out, here or in another tab.',
  'tab sign-out': 'The user signed out in another tab.',
  'step-up':
    'The API wants a stronger or more recent sign-in: sign in with `acrValues` or `maxAge`.',
}

/** Why a step failed, or ended the session: the cause and what to do, in a sentence. */
export function whyOf({ step, to, outcome, error, hint, detail }: Shown): string | undefined {
  const { status, holds, fact, challenge } = factsOf({ detail })
  const of = [status, holds, fact].find((word) => word !== undefined)
  const said = `${step} ${error ?? of}`
  const cause = causes[`${said} ${to}`] ?? causes[said] ?? causes[step]
  // The step after it says why.
  if (challenge === 'insufficient_user_authentication') return undefined
  if (outcome !== 'failed' && !error) return cause
  const general = cause ?? new AuthError(error as AuthErrorCode).message
  return [general, hint].filter(Boolean).join(' ') || error
}
