/// <reference lib="esnext.disposable" preserve="true" />
import type { Claims } from './door.js'
import type { SignInOptions, SignOutOptions, TokenOptions } from './options.js'
import type { AuthState, SignedIn } from './page/state.js'

/** One client of one authorization server, on this page. Every method is bound. */
export interface Auth {
  /** Who is signed in, as a stable snapshot: another object only when it says something else. Starts nothing. */
  readonly state: AuthState
  /** Start, call the listener now and at every change. @returns the undo */
  subscribe(listener: (state: AuthState) => void): () => void
  /**
   * Finish a callback found in the URL, or restore the session. Once: later calls give the same
   * promise. Never rejects: what failed is `state.error`. Without `window` it stays `loading`.
   */
  start(): Promise<AuthState>
  /**
   * Sign in by redirect: stays pending while the page leaves. A second call joins the first. An
   * event (`onClick={auth.signIn}`) is no options.
   * Rejects with `config`, `discovery_failed`, `network`, `timeout`, `cors`, `storage`, `aborted`,
   * `unsupported` (in a frame of another origin), …; such a rejection is never an unhandled one.
   * @see RFC 6749 section 4.1 · RFC 7636
   */
  signIn(options?: SignInOptions | Pick<Event, 'preventDefault'>): Promise<AuthState>
  /** The same authorize URL for an `<a href>`, good for an hour. Rejects as `signIn`, and with `unsupported` where the server requires PAR. */
  signInUrl(options?: SignInOptions): Promise<string>
  /**
   * The guard of a route: the signed-in state, or a sign-in by redirect, at most once per page load
   * and once in 30 seconds per tab, and only if no sign-in failed and nobody signed out meanwhile;
   * otherwise rejects with `not_signed_in`.
   */
  require(options?: SignInOptions): Promise<SignedIn>
  /**
   * As the platform's `fetch`; what matches `resources` gets the token, and one retry after a 401.
   * Rejects with `not_signed_in`, `session_ended`, `account_changed`, `network`, `timeout`, `config` (no
   * `resources` at all), `url_not_allowed` (a redirect that is not safe with a token), or as the
   * platform does.
   * @see RFC 6750
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>
  /**
   * The token that `fetch` would send. Rejects with `not_signed_in`, `session_ended`, `url_not_allowed`,
   * `network`, `timeout`, `insufficient_scope`, `interaction_required`, …
   */
  getAccessToken(options?: TokenOptions): Promise<string>
  /** Refresh now; joins a refresh under way. Rejects with the `AuthError` it failed with. @see RFC 6749 section 6 */
  refresh(): Promise<AuthState>
  /** Ask the UserInfo endpoint and merge the answer into `state.user`. @see OpenID Connect Core section 5.3 */
  userInfo(): Promise<Claims>
  /** Forget the session in every tab, revoke its refresh token, sign out at the server. @see RFC 7009 · OpenID Connect RP-Initiated Logout */
  signOut(options?: SignOutOptions | Pick<Event, 'preventDefault'>): Promise<void>
  /** Let go of listeners and channel. */
  dispose(): void
  [Symbol.dispose](): void
}
