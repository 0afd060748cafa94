/**
 * Metadata of the authorization server, by the names of the specifications.
 * @see RFC 8414 section 2 · https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export interface AuthorizationServer {
  /** The issuer identifier that the server uses, if it differs from `AuthOptions.issuer`, the URL of its document. */
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly userinfo_endpoint?: string | undefined
  readonly revocation_endpoint?: string | undefined
  readonly end_session_endpoint?: string | undefined
  readonly jwks_uri?: string | undefined
  readonly pushed_authorization_request_endpoint?: string | undefined
  readonly require_pushed_authorization_requests?: boolean | undefined
  readonly authorization_response_iss_parameter_supported?: boolean | undefined
  readonly id_token_signing_alg_values_supported?: readonly string[] | undefined
  readonly dpop_signing_alg_values_supported?: readonly string[] | undefined
}

/** An API that `auth.fetch` may send a token to, and which token. */
export interface Resource {
  /**
   * URL prefix: absolute, or a path on this origin. A URL matches if its origin is the same and its path begins
   * with the same whole segments.
   */
  readonly url: string
  /**
   * The scope (space-separated), if this resource needs another token than the default one. @see RFC 6749
   * section 6
   */
  readonly scope?: string | undefined
  /** The `resource` parameter, if this resource needs another token than the default one. @see RFC 8707 section 2 */
  readonly resource?: string | undefined
  /** Send the call without a token while signed out, instead of rejecting `not_signed_in`. */
  readonly anonymous?: boolean | undefined
  /**
   * How calls handle redirects, in place of the call's own `redirect` option. Default: a redirect is followed
   * only where that is safe with a token.
   */
  readonly redirect?: 'follow' | 'error' | undefined
}

/**
 * A place to keep records in. Values are structured-clonable. `update` reads the record, calls `fn` with it and
 * writes what `fn` returns, in one atomic step across tabs; `undefined` deletes the record. It resolves to the
 * record before and after.
 */
export interface Store {
  /** The record, or `undefined`. */
  get(key: string): Promise<unknown>
  /** Change the record in one atomic step. */
  update(key: string, fn: (before: unknown) => unknown): Promise<[before: unknown, after: unknown]>
}

/** The options of `createAuth`. */
export interface AuthOptions {
  /**
   * Issuer identifier (https, or http on loopback). Its metadata is discovered and cached for a day.
   * Entra ID's `common` and `organizations` work, too: each ID token must then name its own tenant.
   *
   * @see RFC 8414 section 3
   */
  readonly issuer?: string | undefined
  /**
   * Metadata that the app gives. With both `authorization_endpoint` and `token_endpoint` nothing is discovered,
   * and `issuer` may be left out for a server of plain OAuth 2.0.
   */
  readonly server?: Partial<AuthorizationServer> | undefined
  /** The public client's identifier. @see RFC 6749 section 2.2 */
  readonly clientId: string
  /** The registered redirect URI: absolute on this origin, or a path. @see RFC 6749 section 3.1.2 */
  readonly redirectUri: string
  /**
   * The redirect URI of sign-ins by popup or hidden frame, if it is not `redirectUri`: your copy of the page
   * `pixy-auth/callback.html`, which does not load the app. Absolute on this origin, or a path.
   */
  readonly popupRedirectUri?: string | undefined
  /** Space-separated. Default `'openid profile email'` with an issuer, empty without. @see RFC 6749 section 3.3 */
  readonly scope?: string | undefined
  /** The only URLs that `auth.fetch` sends a token to. Default: none. */
  readonly resources?: readonly (string | Resource)[] | undefined
  /**
   * Bind tokens to a key that no script can read: then a stolen token is of no use elsewhere. Default `false`. The
   * key is kept with the session, in `'indexeddb'`, `'memory'`, or a `Store` of your own. @see RFC 9449
   */
  readonly dpop?: boolean | undefined
  /** Always push the authorization request. Default `false`: only if the server requires it. @see RFC 9126 */
  readonly par?: boolean | undefined
  /** Where the session is stored. Default `'indexeddb'`. */
  readonly store?: 'indexeddb' | 'session' | 'memory' | Store | undefined
  /**
   * Where the user lands after `signOut()`: absolute, or a path, registered at the server. Default: the
   * redirect URI, if the server signs out by redirect. Empty: the user stays on the server's own page.
   * @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html
   */
  readonly postLogoutRedirectUri?: string | undefined
  /**
   * Check the ID token's signature too (its claims are always checked). Costs a request for the server's keys,
   * unless the browser has cached them. Default `false`, as the token comes straight from the server, by TLS.
   * @see OpenID Connect Core section 3.1.3.7
   */
  readonly verifySignature?: boolean | undefined
  /** Seconds a caller waits for the server, body included. Default 10. */
  readonly timeout?: number | undefined
  /**
   * Moves the app's router, after a callback, to the page where the sign-in began. Default:
   * `history.replaceState`, then the events `popstate` and `hashchange`.
   */
  readonly navigate?: ((url: URL) => unknown) | undefined
  /**
   * What `fetch` does if an API demands a stronger or more recent sign-in. `'reject'` (default): it rejects
   * with `step_up_required`. `'redirect'`: it rejects, and sends the user to sign in. `'popup'`: it signs the
   * user in by a popup, then makes the call once more. @see RFC 9470
   */
  readonly stepUp?: 'reject' | 'popup' | 'redirect' | undefined
  /**
   * If there is no session at the start, ask the server in a hidden frame, as by `signIn({ via: 'iframe' })`. A user
   * who is signed in at the server is signed in here, too, without seeing a page. Other users stay signed out.
   * Default `false`.
   */
  readonly restore?: boolean | undefined
  /**
   * Seconds from the sign-in after which the session ends in every tab, even if it was refreshed. If a
   * `session_expiry` in the ID token is earlier, the session ends then. Default: only the server decides.
   */
  readonly maxSession?: number | undefined
  /**
   * End the session if the user does nothing in any tab for `after` seconds. From `warn` seconds before that,
   * `state.endsAt` says when it will end. Default: idle sessions do not end.
   */
  readonly idle?: { readonly after: number; readonly warn?: number | undefined } | undefined
  /**
   * Extra parameters of the authorization request. Secrets, and parameters that the library sets itself, are
   * refused.
   */
  readonly params?: Readonly<Record<string, string>> | undefined
  /** Extra parameters of every token request. Secrets, and parameters that the library sets itself, are refused. */
  readonly tokenParams?: Readonly<Record<string, string>> | undefined
}

/** The options of one sign-in. */
export interface SignInOptions {
  /**
   * `'redirect'` (default); `'popup'`: the page stays and the promise resolves in it, so call `signIn()` in the
   * click handler itself; `'iframe'`: a hidden frame, in which the server asks the user nothing.
   */
  readonly via?: 'redirect' | 'popup' | 'iframe' | undefined
  /** Where to come back to: a path or URL on this origin. Default, and for any other value: the current URL. */
  readonly returnTo?: string | undefined
  /**
   * `'login'`, `'consent'`, `'select_account'`, `'none'`; `'create'` registers.
   * @see OpenID Connect Core section 3.1.2.1
   */
  readonly prompt?: string | undefined
  /** The most seconds that may have passed since the user authenticated. @see OpenID Connect Core section 3.1.2.1 */
  readonly maxAge?: number | undefined
  /** Authentication context classes wanted, space-separated. @see RFC 9470 section 4 */
  readonly acrValues?: string | undefined
  /** The user who is going to sign in, such as an email address. @see OpenID Connect Core section 3.1.2.1 */
  readonly loginHint?: string | undefined
  /** Languages of the server's pages, such as `'fr-CA fr en'`. @see OpenID Connect Core section 3.1.2.1 */
  readonly uiLocales?: string | undefined
  /**
   * The scope of this sign-in, instead of the option `scope`. If the user is signed in, it is added to that
   * option and to the scope that the session has.
   */
  readonly scope?: string | undefined
  /** The `resource` parameter. @see RFC 8707 section 2 */
  readonly resource?: string | undefined
  /** Sent as `authorization_details`. @see RFC 9396 section 2 */
  readonly authorizationDetails?: readonly Record<string, unknown>[] | undefined
  /** Extra parameters. A secret, or one that the library sets itself, rejects with `config`. */
  readonly params?: Readonly<Record<string, string>> | undefined
  /**
   * For a popup, if the app is in a frame: the origins of the pages that may hold that frame
   * (`'https://host.example'`). Default: none, so that the sign-in rejects with `unsupported` in a frame of
   * another origin.
   */
  readonly frameOrigins?: readonly string[] | undefined
  /** When this signal aborts, the promise rejects with `aborted`. */
  readonly signal?: AbortSignal | undefined
}

/** The options of `signOut`. */
export interface SignOutOptions {
  /** Only forget the session, in all tabs: do not revoke its tokens, and do not go to the server. */
  readonly local?: boolean | undefined
}

/** Which token `getAccessToken` returns. */
export interface TokenOptions {
  /** The URL that the token is for, matched with `resources` as `fetch` does. Default: the first resource. */
  readonly url?: string | undefined
  /** Return a token of this scope (space-separated) instead. */
  readonly scope?: string | undefined
  /** Seconds that the token must still live; otherwise it is renewed first. */
  readonly minTtl?: number | undefined
}
