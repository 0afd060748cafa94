import type { AuthorizationServer } from '../options.js'
import type { BackendStore } from './store.js'

/** A private key as a JWK, for `private_key_jwt`. @see RFC 7517 */
export type ClientKey = JsonWebKey & { readonly kid?: string; readonly alg?: string }

/** An API that the page calls, either with a token that the page gets or through the backend. */
export interface BackendResource {
  /**
   * URL prefix of the API. If it is given, the page calls `api/<name>/…` of the backend, which forwards the call with
   * the token; the page never gets that token.
   */
  readonly url?: string | undefined
  /** Scope of a separate token for this API (space-separated). @see RFC 6749 section 6 */
  readonly scope?: string | undefined
  /** The `resource` parameter of a separate token for this API. @see RFC 8707 section 2 */
  readonly resource?: string | undefined
}

/** The options of `createBackend`. */
export interface BackendOptions {
  /**
   * Where the browser finds the backend: the app's origin and a path of its own, such as
   * `https://app.example.com/auth`. Nothing is taken from the request's `Host`. The redirect URI to
   * register at the server is this URL with `/callback`.
   */
  readonly url: string
  /** Issuer identifier; its metadata is discovered. @see RFC 8414 section 3 */
  readonly issuer?: string | undefined
  /** The server's metadata, written by hand as in `createAuth`. */
  readonly server?: Partial<AuthorizationServer> | undefined
  /** The confidential client's identifier. @see RFC 6749 section 2.2 */
  readonly clientId: string
  /** The client's secret. @see RFC 6749 section 2.3.1 */
  readonly clientSecret?: string | undefined
  /** The client's private key, in place of a secret. @see RFC 7523 section 2.2 */
  readonly clientKey?: ClientKey | undefined
  /** How the secret is sent: by header (the default) or in the form. @see RFC 6749 section 2.3.1 */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | undefined
  /**
   * The secret that encrypts the cookies: at least 32 random characters. In a list, the first secret encrypts, and
   * every secret can decrypt. To change it, put a new one in front, and remove the old one after `lifetime`.
   */
  readonly secrets: string | readonly string[]
  /** Space-separated. Default `'openid profile email'` with an issuer. @see RFC 6749 section 3.3 */
  readonly scope?: string | undefined
  /** The APIs that the page may call, each under a name. Default: the page gets the access token of the sign-in. */
  readonly resources?: Readonly<Record<string, BackendResource>> | undefined
  /** Always push the authorization request. Default: when the server requires it. @see RFC 9126 */
  readonly par?: boolean | undefined
  /** Check the ID token's signature too. Default `false`: the token comes from the server, by TLS. */
  readonly verifySignature?: boolean | undefined
  /** Where the user lands after a sign-out: a path of the app, or a URL. Default: the root of the app's origin. */
  readonly postLogoutRedirectUri?: string | undefined
  /** Extra parameters of the authorization request. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Extra parameters of every token request. */
  readonly tokenParams?: Readonly<Record<string, string>> | undefined
  /** Seconds to wait for the server. Default 10. */
  readonly timeout?: number | undefined
  /** Seconds from a sign-in to the end of its session, even if the user stays active. Default: a day. */
  readonly lifetime?: number | undefined
  /** The name of the cookies. Default `pixy-auth`: a second backend of a host, on any port, needs its own name. */
  readonly cookie?: string | undefined
  /**
   * Where sessions are kept, such as a Keyv. Then the cookie holds only the name of the session. Default: the cookie
   * holds the whole session.
   */
  readonly store?: BackendStore | undefined
}
