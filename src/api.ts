/// <reference lib="esnext.disposable" preserve="true" />
import type { AuthError } from './errors.js'
import type { SignInOptions, SignOutOptions, TokenOptions } from './options.js'
import type { TraceEvent } from './trace.js'

/**
 * Identity claims of the signed-in user, from the ID token and the UserInfo endpoint. Claims about
 * the token itself (`exp`, `nonce`, …) are left out. Empty where the server gives no ID token and
 * `userInfo()` was not called.
 *
 * An app adds its own by `declare module 'pixy-auth' { interface Claims { roles?: string[] } }`.
 *
 * @see [OpenID Connect Core §5.1](https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims)
 */
export interface Claims {
  sub?: string
  name?: string
  given_name?: string
  family_name?: string
  preferred_username?: string
  picture?: string
  email?: string
  email_verified?: boolean
  locale?: string
  [claim: string]: unknown
}

/** What stays the same for the whole session. A silent refresh does not change it. */
export interface Session {
  /** The issuer identifier, or the URL of the token endpoint if the server has no issuer identifier. */
  readonly issuer: string
  /** The scope that the server granted to the token of the first resource. */
  readonly scope: readonly string[]
  /**
   * `'dpop'`: the token is bound to a key that only this browser has.
   *
   * @see [RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)
   */
  readonly tokenType: 'bearer' | 'dpop'
  /** Authentication context class, if the server named one. */
  readonly acr?: string | undefined
  /** When the user authenticated: seconds since the epoch. */
  readonly authTime?: number | undefined
  /**
   * Further members of the first token response (`patient`, `instance_url`, …), except those that may be a
   * secret. Only the server decides what is in them: check them before use.
   *
   * @see [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
   */
  readonly extra?: Readonly<Record<string, unknown>> | undefined
}

/** The user is signed out. `error` says why, if there is a reason. */
export interface SignedOut {
  readonly status: 'signed-out'
  /** Why, if there is a reason: the session ended, or a sign-in failed. */
  readonly error?: AuthError | undefined
}

/**
 * The user is signed in. `stale` is set while the device is offline, or after a refresh failed without ending
 * the session.
 */
export interface SignedIn {
  readonly status: 'signed-in'
  /** The claims of the user. */
  readonly user: Claims
  /** The server, and what it granted. */
  readonly session: Session
  /** Why the last refresh failed, though the session goes on, or that the device is offline. */
  readonly stale?: AuthError | undefined
  /**
   * When the session ends unless the user does something, in milliseconds since the epoch. The option `idle`
   * sets it, shortly before that moment.
   */
  readonly endsAt?: number | undefined
}

/** A union on `status`. It is `loading` until `start()` is done, and never again. */
export type AuthState = { readonly status: 'loading' } | SignedOut | SignedIn

/** One client of one authorization server, on this page. Every method is bound. */
export interface Auth {
  /** The state. It is the same object until the state changes. Reading it does not start the client. */
  readonly state: AuthState
  /** Start, then call the listener at once and at every change of the state. @returns a function that removes it */
  subscribe: (listener: (state: AuthState) => void) => () => void
  /**
   * Finish a sign-in whose callback is in the URL, or restore the session. Later calls return the same promise.
   * Never rejects: `state.error` says what failed. Without `window` the state stays `loading`.
   */
  start: () => Promise<AuthState>
  /**
   * Sign in by redirect, in a popup, or in a hidden frame without asking the user. By redirect the promise
   * stays pending while the page leaves. A second call joins the first. An event (`onClick={auth.signIn}`)
   * counts as no options. For 30 seconds after a sign-in that failed, it rejects, unless the user clicks or
   * presses a key.
   *
   * Rejects with `config`, `insecure_context`, `unsupported` (in a frame of another origin), `aborted`,
   * `storage`, the code of the sign-in that failed before, `popup_blocked` or `popup_closed` with a popup,
   * `interaction_required` or `timeout` in a frame, or with the failure of a request to the server:
   * `discovery_failed`, `issuer_mismatch`, `network`, `timeout`, `cors`, `rate_limited`, `server_error`,
   * `oauth_error`, `invalid_response`. A rejection that the app does not handle gives no `unhandledrejection`
   * event.
   *
   * @see [RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1)
   * @see [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636)
   */
  signIn: (options?: SignInOptions | Pick<Event, 'preventDefault'>) => Promise<AuthState>
  /**
   * The user is about to sign in: load what `signIn()` needs, and connect to the server. Call it on
   * `pointerenter` and `focus` of a button. It is only a hint.
   *
   * Given the event of a press (`onPointerDown={auth.prepare}`; also `mousedown`, `touchstart`, and `keydown`
   * of Enter or Space), or given options (`{}` for none), it also makes the request that `signIn()` with the
   * same options sends by redirect, and pushes it where PAR is on. `signIn()` uses that request once, within 10
   * seconds or as long as the server keeps it, if the address of the page and the session are still the same;
   * otherwise it makes its own. With a backend, with `pixy-auth/native`, or for a popup or a frame no request is
   * made ahead.
   *
   * Never rejects, as nothing depends on it.
   *
   * @param options the options that the click will give to `signIn()`, or an event
   * @see [RFC 9126 §2](https://www.rfc-editor.org/rfc/rfc9126#section-2)
   */
  prepare: (options?: SignInOptions | Pick<Event, 'preventDefault'>) => Promise<void>
  /**
   * Make an authorize URL for an `<a href>`. It works once, for an hour, until a sign-out in any tab, even if no
   * user is signed in. `signInLink()` gives its link another URL then.
   *
   * Rejects as `signIn`, and with `unsupported` where the server requires PAR.
   */
  signInUrl: (options?: SignInOptions) => Promise<string>
  /**
   * Guard a route: resolve to the signed-in state, or send the user to sign in by redirect. After a click or a
   * key of the user it always redirects. Otherwise it redirects at most once per page load and once in 30
   * seconds per tab, and not after a sign-in that failed or a sign-out.
   *
   * Rejects with `not_signed_in` where it may not redirect, with `unsupported` where a file of the app is
   * missing, and with `oauth_error` or `invalid_response` where the server has refused to renew a token that
   * has expired.
   */
  require: (options?: SignInOptions) => Promise<SignedIn>
  /**
   * Like the platform's `fetch`. A request to a URL that matches `resources` carries a token; after a 401 it is
   * sent once more with a new token.
   *
   * Rejects with `config` (no `resources` at all), `url_not_allowed` (a redirect that is not safe with a
   * token), `cors` (CORS hides a DPoP nonce), as `getAccessToken` does, or as the platform's `fetch` does.
   *
   * @see [RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)
   */
  fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>
  /**
   * The token that `fetch` would send.
   *
   * Rejects with `config`, `not_signed_in`, `url_not_allowed`, or as `refresh` does if the token has to be
   * renewed first.
   */
  getAccessToken: (options?: TokenOptions) => Promise<string>
  /**
   * Refresh now. A call during a refresh joins that one.
   *
   * Rejects with `not_signed_in`, `session_ended`, `account_changed`, `key_lost`, `interaction_required` (no
   * refresh token), `insufficient_scope`, `storage`, `unsupported`, `insecure_context`, or with the failure of
   * the request to the server: `network`, `timeout`, `rate_limited`, `server_error`, `oauth_error`,
   * `invalid_response`, `invalid_id_token`, `clock_skew`.
   *
   * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)
   */
  refresh: () => Promise<AuthState>
  /**
   * Ask the UserInfo endpoint and merge the answer into `state.user`.
   *
   * Rejects with `unsupported` (no such endpoint), `invalid_response`, `cors`, or as `getAccessToken`.
   *
   * @see [OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)
   */
  userInfo: () => Promise<Claims>
  /**
   * Forget the session in every tab, revoke its refresh token, and sign the user out at the server.
   *
   * Rejects with `config` (an option that is wrong), `insecure_context` or `unsupported`. It does not reject when the
   * server or the store fails: the user is signed out all the same.
   *
   * @see [RFC 7009](https://www.rfc-editor.org/rfc/rfc7009)
   * @see [OpenID Connect RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)
   */
  signOut: (options?: SignOutOptions | Pick<Event, 'preventDefault'>) => Promise<void>
  /**
   * Call the listener with the last 200 steps of the flow, then with each step as it happens. No event holds a
   * secret. A step that takes time gives two events with the same `id`. The event of a call comes a moment
   * later, so that the call does not wait for it. This does not start the client.
   * @returns a function that removes the listener
   */
  trace: (listener: (event: TraceEvent) => void) => () => void
  /** Remove listeners, and ignore other tabs from now on. Calls still work, and a sign-out reaches every tab. */
  dispose: () => void
  /** As `dispose()`, for `using`. */
  [Symbol.dispose]: () => void
}
