/** What went wrong, in one word; every message names the remedy. */
export type AuthErrorCode = keyof typeof messages

/** The `error` answer of the authorization server. @see RFC 6749 section 5.2 and 4.1.2.1 */
export interface OAuthErrorFields {
  readonly error: string
  readonly description: string | undefined
  readonly uri: string | undefined
}

/** An `AuthError` as plain data: what may cross the door or be stored. */
export interface ErrorData {
  readonly code: AuthErrorCode
  readonly message: string
  readonly oauth: OAuthErrorFields | undefined
}

const messages = {
  config: 'Correct this option.',
  insecure_context: 'Serve the page by https, or from localhost.',
  network: 'Not reached: try again later.',
  timeout: 'No answer in time: try again.',
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
  session_ended: 'The session has ended: sign in again.',
  not_signed_in: 'Nobody is signed in: call signIn().',
  account_changed: 'The user has changed: call again.',
  insufficient_scope: 'Not granted: sign in with more `scope`.',
  url_not_allowed: 'This URL matches no entry of `resources`: add one.',
  aborted: 'Given up: call again.',
  storage: 'The browser does not store: allow site data, or free space.',
  unsupported: 'Not possible here.',
}

/**
 * The one error of this library. `code` says what happened, the message how to mend it. It never
 * holds a token, a code, a verifier or the body of an answer.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  /** Whether the same call may succeed later. */
  readonly retryable: boolean
  /** The server's own words, where it gave any. */
  readonly oauth: OAuthErrorFields | undefined

  /** @param detail what exactly, as a sentence; it stands before the remedy */
  constructor(code: AuthErrorCode, detail?: string, oauth?: OAuthErrorFields) {
    super(detail ? `${detail} ${messages[code]}` : messages[code])
    this.code = code
    this.retryable = /^(network|timeout|cors|rate_|server_|storage)/.test(code)
    this.oauth = oauth
  }
}

/**
 * Whether something caught is an `AuthError`, also one of another copy of this library
 * (hence by name, not by `instanceof`).
 */
export function isAuthError(error: unknown): error is AuthError {
  return error instanceof Error && error.name === 'AuthError'
}

/** Narrow whatever was thrown to an `AuthError`; what is foreign becomes `fallback`. */
export function toAuthError(error: unknown, fallback: AuthErrorCode = 'storage'): AuthError {
  return isAuthError(error) ? error : new AuthError(fallback)
}

/** An error as plain data. */
export function toData({ code, message, oauth }: AuthError): ErrorData {
  return { code, message, oauth }
}

/** The error that the data came from. */
export function fromData({ code, message, oauth }: ErrorData): AuthError {
  return Object.assign(new AuthError(code, '', oauth), { message })
}
