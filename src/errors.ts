/** What went wrong, in one word; every message names the remedy. */
export type AuthErrorCode = keyof typeof messages | Remedied

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

/** The codes whose messages are loaded with what can give them: the table goes on in `remedies.ts`. */
export type Remedied =
  | 'cors'
  | 'rate_limited'
  | 'server_error'
  | 'discovery_failed'
  | 'issuer_mismatch'
  | 'unknown_transaction'
  | 'access_denied'
  | 'interaction_required'
  | 'oauth_error'
  | 'invalid_response'
  | 'invalid_id_token'
  | 'clock_skew'
  | 'account_changed'
  | 'key_lost'
  | 'insufficient_scope'
  | 'step_up_required'
  | 'url_not_allowed'

const messages = {
  config: 'Correct this option.',
  insecure_context: 'Serve the page by https.',
  network: 'Not reached: try again.',
  timeout: 'No answer: try again.',
  session_ended: 'The session has ended: sign in again.',
  not_signed_in: 'Call signIn().',
  aborted: 'Given up: call again.',
  storage: 'Allow site data.',
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
    const remedy = (messages as Partial<Record<AuthErrorCode, string>>)[code]
    super([detail, remedy].filter(Boolean).join(' '))
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

/** Narrow whatever was thrown to an `AuthError`; what is foreign comes from a store. */
export function toAuthError(error: unknown): AuthError {
  return isAuthError(error) ? error : new AuthError('storage')
}

/** An error as plain data. */
export function toData({ code, message, oauth }: AuthError): ErrorData {
  return { code, message, oauth }
}

/** The error that the data came from. */
export function fromData({ code, message, oauth }: ErrorData): AuthError {
  return Object.assign(new AuthError(code, '', oauth), { message })
}
