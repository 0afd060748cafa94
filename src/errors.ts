// What happened, and what to do about it, in sentences that an app can show to a person.
const messages = {
  config: 'This app is set up incorrectly.',
  insecure_context: 'This page is not secure. Open it by https.',
  network: 'The server could not be reached. Try again.',
  timeout: 'The server did not answer in time. Try again.',
  cors: 'The server does not accept this app. Allow its origin in the CORS settings.',
  rate_limited: 'The server is busy. Try again later.',
  server_error: 'The server has a problem. Try again later.',
  discovery_failed: 'The server has no usable metadata. Check `issuer`, or set `server`.',
  issuer_mismatch: 'The server is not the one that `issuer` names.',
  unknown_transaction: 'This sign-in has expired. Sign in again.',
  access_denied: 'The sign-in was cancelled, or access was denied.',
  interaction_required: 'The server needs to see you. Sign in again.',
  oauth_error: 'The server refused the request.',
  invalid_response: 'The answer of the server cannot be used.',
  invalid_id_token: 'The ID token of the server is not valid.',
  clock_skew: 'The clock of this device is wrong. Set it, then sign in again.',
  session_ended: 'The session has ended. Sign in again.',
  not_signed_in: 'You are not signed in. Sign in first.',
  account_changed: 'Another user has signed in. Try again.',
  key_lost: 'The key of the session was lost. Sign in again.',
  insufficient_scope: 'The server did not allow this. Sign in with more `scope`.',
  step_up_required: 'This needs a stronger or more recent sign-in.',
  url_not_allowed: 'This URL gets no token: it matches no entry of `resources`.',
  aborted: 'This was cancelled.',
  storage: 'This browser stores nothing for this app. Allow site data and try again.',
  unsupported: 'This is not possible here.',
}

/** What went wrong, in one word. */
export type AuthErrorCode = keyof typeof messages

/**
 * The error that the authorization server answered with.
 *
 * @see [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)
 * @see [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)
 */
export interface OAuthErrorFields {
  readonly error: string
  readonly description: string | undefined
  readonly uri: string | undefined
}

/** An `AuthError` as plain data: this crosses the door and can be stored. */
export interface ErrorData {
  readonly code: AuthErrorCode
  readonly message: string
  readonly oauth: OAuthErrorFields | undefined
}

// MSAL and Supabase have an `AuthError` too. Every copy of this library has the same symbol.
const brand = Symbol.for('pixy-auth')

/**
 * The one error of this library. `code` says what happened; `message` says it in a sentence, with
 * what to do. It never holds a token, a code, a verifier or the body of an answer.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  declare readonly code: AuthErrorCode
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean
  /** The server's own words, where it gave any. */
  declare readonly oauth: OAuthErrorFields | undefined

  /** @param detail what exactly, as a sentence; it follows the message of the code */
  constructor(code: AuthErrorCode, detail?: string, oauth?: OAuthErrorFields) {
    super(detail ? `${messages[code]} ${detail}` : messages[code])
    this.code = code
    this.retryable = /^(network|timeout|cors|rate_|server_|storage)/.test(code)
    this.oauth = oauth
    Object.defineProperty(this, brand, {})
  }

  /** An `Error` as JSON would be empty. */
  toJSON(): ErrorData {
    return toData(this)
  }
}

/**
 * Whether a caught value is an `AuthError` of this library, of whichever copy or realm.
 */
export function isAuthError(error: unknown): error is AuthError {
  return brand in Object(error)
}

/** A caught value as an `AuthError`. Any other error comes from a store. */
export function asAuthError(error: unknown): AuthError {
  return isAuthError(error) ? error : new AuthError('storage')
}

export function toData({ code, message, oauth }: AuthError): ErrorData {
  return { code, message, oauth }
}

export function fromData({ code, message, oauth }: ErrorData): AuthError {
  return Object.assign(new AuthError(code, '', oauth), { message })
}
