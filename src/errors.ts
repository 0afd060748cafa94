// What happened, and what to do about it, in sentences that an app can show to its users.
const messages = {
  config: 'This app is set up incorrectly.',
  insecure_context: 'This page is not secure. Open it by https.',
  network: 'The server could not be reached. Try again.',
  timeout: 'The server did not answer in time. Try again.',
  cors: 'The server does not accept this app.',
  rate_limited: 'The server is busy. Try again later.',
  server_error: 'The server has a problem. Try again later.',
  discovery_failed: 'The server does not say how to sign in.',
  issuer_mismatch: 'The answer of another server cannot be used.',
  unknown_transaction: 'This sign-in has expired. Sign in again.',
  access_denied: 'The sign-in was cancelled, or access was denied.',
  interaction_required: 'The server needs to see you. Sign in again.',
  oauth_error: 'The server refused the request.',
  invalid_response: 'The answer of the server cannot be used.',
  invalid_id_token: 'The answer of the server cannot be trusted.',
  clock_skew: 'The clock of this device is wrong. Set it, then sign in again.',
  session_ended: 'The session has ended. Sign in again.',
  not_signed_in: 'You are not signed in. Sign in first.',
  account_changed: 'Another user has signed in. Try again.',
  key_lost: 'The key of the session was lost. Sign in again.',
  insufficient_scope: 'The server did not allow this.',
  step_up_required: 'This needs a stronger or more recent sign-in.',
  url_not_allowed: 'This app may not call this address.',
  popup_blocked: 'The browser blocked the sign-in. Click again.',
  popup_closed: 'The sign-in was closed.',
  aborted: 'This was cancelled.',
  storage: 'This browser stores nothing for this app. Allow site data and try again.',
  unsupported: 'This is not possible here.',
}

/** What went wrong, in one word. docs/troubleshooting.md explains each. */
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

/** What an API demands before it answers a call. Give it to `signIn()`. */
export interface Demand {
  /** @see [RFC 9470 §3](https://www.rfc-editor.org/rfc/rfc9470#section-3) */
  readonly acrValues?: string | undefined
  readonly maxAge?: number | undefined
  /** @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1) */
  readonly scope?: string | undefined
}

/** An `AuthError` as plain data, which can be cloned and stored. */
export interface ErrorData extends Demand {
  /** What went wrong, in one word. */
  readonly code: AuthErrorCode
  /** For the developer: what exactly went wrong, and what to do about it. */
  readonly hint: string | undefined
  /** The error that the server answered with, if it gave one. */
  readonly oauth: OAuthErrorFields | undefined
}

// Other libraries (MSAL, Supabase) have an `AuthError` too. All copies of this library share one symbol.
const brand = Symbol.for('pixy-auth')

/**
 * The one error of this library. `code` says what happened, `message` says it to the user, `hint` to the
 * developer. None of them holds a token, a code, a verifier or the body of an answer.
 */
export class AuthError extends Error {
  /** A constant, as a minified app renames the class. */
  override readonly name = 'AuthError'
  /** What went wrong, in one word. */
  declare readonly code: AuthErrorCode
  /** Whether the same call may succeed later. */
  declare readonly retryable: boolean
  /** For the developer: what exactly went wrong, and what to do about it. `message` names a wrong option, too. */
  declare readonly hint: string | undefined
  /** The error that the server answered with, if it gave one. */
  declare readonly oauth: OAuthErrorFields | undefined
  /**
   * With `step_up_required` of an API call: the authentication context classes that the API wants,
   * space-separated.
   */
  declare readonly acrValues?: string | undefined
  /** With `step_up_required` of an API call: the most seconds that may have passed since the user authenticated. */
  declare readonly maxAge?: number | undefined
  /** With `insufficient_scope` of an API call: the scope that the API wants, space-separated, if it says so. */
  declare readonly scope?: string | undefined

  /** Apps construct one only in their tests. */
  constructor(code: AuthErrorCode, hint?: string, oauth?: OAuthErrorFields, demand?: Demand) {
    const message = messages[code]
    // `stack` is made from this text, and it is what a console prints: so it has the hint too.
    super(hint ? `${message} ${hint}` : message)
    if (code !== 'config') this.message = message
    this.code = code
    this.hint = hint
    this.retryable = /^(network|timeout|cors|rate_|server_|storage)/.test(code)
    this.oauth = oauth
    Object.assign(this, demand)
    Object.defineProperty(this, brand, {})
  }

  /** Without this, an `Error` as JSON would be `{}`. */
  toJSON(): ErrorData & { readonly message: string } {
    return { ...toData(this), message: this.message }
  }
}

/**
 * Whether a caught value is an `AuthError` of this library. It may come from another copy of it, or from
 * another realm.
 */
export function isAuthError(error: unknown): error is AuthError {
  return brand in Object(error)
}

/** A caught value as an `AuthError`. Where this is called, any other error comes from a store. */
export function asAuthError(error: unknown): AuthError {
  return isAuthError(error) ? error : new AuthError('storage')
}

export function toData({ code, hint, oauth, acrValues, maxAge, scope }: AuthError): ErrorData {
  return { code, hint, oauth, acrValues, maxAge, scope }
}

export function fromData({ code, hint, oauth, ...demand }: ErrorData): AuthError {
  return new AuthError(code, hint, oauth, demand)
}
