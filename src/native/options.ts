import type { Auth, AuthState } from '../api.js'
import type { AuthOptions } from '../options.js'

/** The options of `createAuth` of `pixy-auth/native`. */
export interface NativeAuthOptions extends Omit<
  AuthOptions,
  'redirectUri' | 'postLogoutRedirectUri' | 'popupRedirectUri' | 'restore' | 'stepUp'
> {
  /**
   * The registered redirect URI, by which the system opens the app. Its scheme is your domain reversed
   * (`com.example.app:/callback`), or `https` for a URL that the system gives to the app, or `http` on loopback.
   *
   * @see [RFC 8252 §7](https://www.rfc-editor.org/rfc/rfc8252#section-7)
   */
  readonly redirectUri: string
  /** Where the user lands after `signOut()`: such a URI, too. Default: the redirect URI. Empty: the server's own page. */
  readonly postLogoutRedirectUri?: string | undefined
  /** What `fetch` does where an API demands a stronger or more recent sign-in. Default `'reject'`. @see RFC 9470 */
  readonly stepUp?: 'reject' | 'redirect' | undefined
  /**
   * Opens a URL of the server in the user's browser, which is not the app's own view. If it throws or rejects, the
   * method that called it rejects with `unsupported`.
   *
   * @see [RFC 8252 §8.12](https://www.rfc-editor.org/rfc/rfc8252#section-8.12)
   */
  readonly openUrl: (url: string) => unknown
}

/** A client in an app shell. The page of the app stays while the user is at the server. */
export interface NativeAuth extends Auth {
  /**
   * Finish a sign-in with the URL that the system opened the app with. A `signIn()` that waits for it resolves, too. A
   * call before `start()` becomes part of the start. Two calls at once with the same URL finish the sign-in once.
   *
   * Resolves to `false` for a URL that is no answer to a sign-in of this client. Rejects with `config` if the URL is no
   * string, with `unknown_transaction` (forged, expired or used before: then nothing changes), or with a failure of the
   * server: `access_denied`, `issuer_mismatch`, `network`, `timeout`, `oauth_error`, `invalid_response`,
   * `invalid_id_token`. A rejection that the app does not handle causes no `unhandledrejection` event.
   *
   * @see [RFC 8252 §7](https://www.rfc-editor.org/rfc/rfc8252#section-7)
   */
  readonly finish: (url: string) => Promise<AuthState | false>
}
