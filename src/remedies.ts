import { AuthError, type OAuthErrorFields, type Remedied } from './errors.js'

const remedies: Readonly<Record<Remedied, string>> = {
  cors: 'Allow this origin in the CORS settings of the server.',
  rate_limited: 'Too many requests: try again later.',
  server_error: 'The server has a problem: try again later.',
  discovery_failed: 'No metadata: check `issuer`, or set `server`.',
  issuer_mismatch: 'Spell `issuer` as the server does.',
  unknown_transaction: 'Not started here, or over: sign in again.',
  access_denied: 'Access was denied: sign in again.',
  interaction_required: 'The server wants to see the user: call signIn().',
  oauth_error: 'The server refused: see `oauth`.',
  invalid_response: 'The answer makes no sense: check the server.',
  invalid_id_token: 'The ID token is wrong: sign in again.',
  clock_skew: 'Set the clock of this device: sign in again.',
  account_changed: 'The user has changed: call again.',
  key_lost: 'The key of this session is gone: sign in again.',
  insufficient_scope: 'Not granted: sign in with more `scope`.',
  step_up_required: 'The server did less than `acrValues` or `maxAge` ask for: sign in again.',
  url_not_allowed: 'This URL matches no entry of `resources`: add one.',
}

/** An `AuthError` of one of these codes. @param detail what exactly, as a sentence */
export function fault(code: Remedied, detail = '', oauth?: OAuthErrorFields): AuthError {
  return new AuthError(code, `${detail} ${remedies[code]}`.trim(), oauth)
}
