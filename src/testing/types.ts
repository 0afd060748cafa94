/** The names that faults and the ledger use for the endpoints of the mock authorization server. */
export type Endpoint =
  | 'openid-configuration'
  | 'oauth-authorization-server'
  | 'authorize'
  | 'par'
  | 'token'
  | 'jwks'
  | 'userinfo'
  | 'revocation'
  | 'end_session'

/** What goes wrong with one answer of the server. Members combine: for example a delay and a status. */
export interface Fault {
  /** Milliseconds to wait before the request is handled. It is handled even if the caller gave up. */
  delay?: number
  /** Never answer. The connection is cut when the caller gives up, or by `heal()`. */
  hang?: true
  /** The request takes no effect: nothing is used up, rotated or issued. The other members make the answer. */
  handled?: false
  /** Cut the connection: `before` the request is handled, or `after` it took effect, so that the answer is lost. */
  drop?: 'before' | 'after'
  /** Answer with this status. The request still takes effect and its body is sent, unless `handled` or `body` says otherwise. */
  status?: number
  /** Headers to set on the answer; `null` deletes one. */
  headers?: Record<string, string | null>
  /** The body to send: a text, a stream (once), or a function from the JSON of the answer to the JSON to send instead. */
  body?: string | ReadableStream<Uint8Array> | ((json: Record<string, unknown>) => unknown)
  /** Claims to set in the ID token of a token answer before it is signed; one set to undefined is left out. */
  idToken?: Record<string, unknown>
  /** Leave out every CORS header, like a server that does not allow this origin. A refused preflight counts as an answer. */
  cors?: false
}

/** One request to the server. It includes secrets, so that a test can search other places for them. */
export interface LedgerEntry {
  /** Where it went. */
  endpoint: Endpoint | 'unknown'
  /** The HTTP method. */
  method: string
  /** The URL, query included. */
  url: string
  /** Query and form parameters together. */
  params: Record<string, string>
  /** Its headers, by their names in lower case. */
  headers: Record<string, string>
  /** Milliseconds since the epoch. */
  at: number
  /** The status of the answer; undefined until there is one, and if the connection was cut. */
  status?: number
}

/** One presentation of a refresh token at the token endpoint. */
export interface RefreshTokenUse {
  /** The token. */
  refreshToken: string
  /** Milliseconds since the epoch. */
  at: number
  /** `rotated` and `kept`: tokens were issued; `reused`: the token had been rotated before, so its grant or only the grant's refresh tokens were revoked; `refused`: anything else. */
  outcome: 'rotated' | 'kept' | 'reused' | 'refused'
}

/** How the user answers the login page. Default: the user signs in and consents. */
export type Consent =
  | { page: string }
  | { subject?: string; claims?: Record<string, unknown>; scope?: string }
  | { error: string; errorDescription?: string }

/** The options of `createMockServer`. Later changes go through `MockServer.options`. */
export interface MockServerOptions {
  /** The issuer identifier, a URL with or without a path. Every endpoint lies below it. */
  issuer: string
  /** The client ids that are known; default: any. */
  clients?: string[]
  /** The redirect URIs that are registered, compared exactly; default: any. */
  redirectUris?: string[]
  /** The post-logout redirect URIs that are registered, compared exactly; default: any. */
  postLogoutRedirectUris?: string[]
  /** Whether token answers are forms instead of JSON: unless the request's `Accept` asks for JSON, or always. */
  form?: 'unasked' | 'always'
  /** Refuse a form whose content type has more than `application/x-www-form-urlencoded`, such as a charset. */
  exactContentType?: boolean
  /** Characters of the longest URL that is answered; a longer one gets 431. Default: any. */
  maxUrl?: number
  /** Identity claims of the user; `sub` defaults to `user-1`. */
  claims?: Record<string, unknown>
  /** Lifetime of an access token in seconds (default 300). */
  accessTokenLifetime?: number
  /** Whether a refresh issues a new refresh token and detects the reuse of the old one (default true). With `false` the old one stays valid. */
  rotate?: boolean
  /** Seconds in which the server accepts a rotated refresh token a second time, instead of treating that as reuse (default 0). */
  reuseGrace?: number
  /** Seconds after a refresh token was issued in which the server does not rotate: it answers this token and the one before it with this token (default 0). */
  reuseInterval?: number
  /** Whether the reuse of a rotated refresh token ends only the refresh tokens of its grant, and not the access tokens. */
  reuseSparesAccess?: boolean
  /** Whether `offline_access` is ignored unless the request has `prompt=consent` (OpenID Connect Core section 11). */
  consentForOffline?: boolean
  /** Whether the server remembers what `consent` granted, and calls it again only if the request has `prompt=consent` or asks for more. */
  remembersConsent?: boolean
  /** The APIs that a request may name by the parameter `audience`; its access tokens are for these APIs. Default: the parameter is ignored. */
  audiences?: string[]
  /** Whether a refresh may ask for scopes that the sign-in did not ask for. */
  widens?: boolean
  /** Whether refresh tokens are given: never, or unasked. Default: for `offline_access`, or without OpenID Connect. */
  refreshTokens?: 'never' | 'always'
  /** The scopes that exist, and what happens to a request with others (`late`: its code is refused). Default: any scope exists. */
  scopes?: { known: string[]; others: 'dropped' | 'refused' | 'late' }
  /** Parameters that come back beside the code. */
  callbackParams?: Record<string, string>
  /** How often the browser visits the authorization endpoint in one sign-in (default 1). */
  visits?: number
  /** The answer to `prompt=none`: an error (with `wants-hint` only without `id_token_hint`), a page of the server, or a status 500. Default: a code. */
  silent?: 'login_required' | 'page' | 'fails' | 'wants-hint'
  /** Whether a request for `openid` without `nonce` is refused. */
  requireNonce?: boolean
  /** `auth_time` of ID tokens, whatever the request asks for: seconds since the epoch, or 0. */
  authTime?: number
  /** Public clients are refused at these endpoints and grants: by a redirect to a login page, or an empty 401. */
  closed?: Partial<Record<'par' | 'revocation' | 'refresh', 'login-page' | 'unauthorized'>>
  /** The registered pages for front-channel logout. With them, ID tokens have a `sid`, and the sign-out page loads each registered page in a frame, for the session of `id_token_hint` or of the last sign-in. Default: none. */
  frontchannelLogoutUris?: string[]
  /** The sign-out page asks the user, and does not send the browser on. */
  logoutAsks?: boolean
  /** The parameter that says where the sign-out page sends the browser; default: `post_logout_redirect_uri`. */
  logoutBy?: string
  /** Parameters without which the sign-out page does not send the browser on. */
  logoutWants?: string[]
  /** What CORS leaves out: the header `DPoP` in preflights, every error answer, or the headers to be exposed. */
  cors?: 'no-dpop' | 'no-errors' | 'unexposed'
  /** Members of token answers; one set to undefined is left out. */
  tokenMembers?: Record<string, unknown>
  /** How a code that is unknown or used is refused; default: 400 `invalid_grant`. */
  badCode?: { status: number; error: string }
  /** How a dead refresh token is refused; default: 400 `invalid_grant`. */
  deadRefreshToken?: { status: number; error?: string }
  /** How the endpoint for pushed requests treats DPoP: it answers no preflight, or demands a proof. */
  par?: 'no-preflight' | 'proof-required'
  /** Lifetime of a pushed request in seconds, which its answer names as `expires_in` (default 60). */
  pushedLifetime?: number
  /** The user's tenant, a UUID. In ID tokens it replaces `{tenantid}` in `metadata.issuer`, and is the claim `tid`. */
  tenant?: string
  /** Token requests without a client secret are refused. */
  wantsSecret?: boolean
  /** `false`: a plain OAuth 2.0 server, without OpenID Connect Discovery and ID tokens. */
  openid?: boolean
  /** What DPoP proofs must have (RFC 9449). By default a proof is optional; with one, tokens are bound to its key. */
  dpop?: {
    /** The nonce that proofs must have: always the same (`required`), a new one after each request (`rotating`), or one that no proof can have (`wrong`). */
    nonce?: 'required' | 'rotating' | 'wrong'
    /** Bind only refresh tokens; access tokens are of type `Bearer`. */
    bearer?: boolean
    /** Proofs are ignored, so no token is bound to a key. With `at-refresh`, a refresh with a proof is also refused. */
    ignored?: 'always' | 'at-refresh'
    /** Seconds by which the time of a proof may differ from the server's (default 60). */
    tolerance?: number
  }
  /** Members to set in the metadata document; one set to undefined is left out. */
  metadata?: Record<string, unknown>
  /** Names of identity claims to put into the ID token, in addition to those of the protocol; default: none. */
  idTokenClaims?: string[]
}

/** A mock authorization server. */
export interface MockServer {
  /** Its issuer identifier. */
  readonly issuer: string
  /** The server as a fetch handler. Rejects with an error named `ConnectionReset` if a fault cuts the connection. */
  fetch: (request: Request) => Promise<Response>
  /** Every request so far, in order. */
  readonly ledger: readonly LedgerEntry[]
  /** The requests to one endpoint so far, without CORS preflights. */
  requests: (endpoint: Endpoint) => LedgerEntry[]
  /** Every presentation of a refresh token so far. */
  readonly refreshTokenUses: readonly RefreshTokenUse[]
  /** Every secret issued so far: codes, access tokens, refresh tokens and ID tokens. */
  readonly secrets: ReadonlySet<string>
  /** Make the next `times` answers of an endpoint go wrong (default 1; `Infinity` for all). Several calls take effect one after the other. */
  fail: (endpoint: Endpoint, fault: Fault, times?: number) => void
  /** Forget every fault, and end those that delay or hang a request right now. */
  heal: () => void
  /** How the user answers the next login pages. Default: the user signs in and consents. */
  consent: Consent | ((params: URLSearchParams) => Consent | Promise<Consent>)
  /** The options. A change takes effect with the next request. */
  options: MockServerOptions
  /** The claims of an access token of this server; undefined if the token is unknown, expired or revoked. */
  verify: (accessToken: string) => Record<string, unknown> | undefined
  /** Make every access token issued so far expire now. The client does not know. */
  expireAccessTokens: () => void
  /** Revoke every grant: refreshes give `invalid_grant`, and access tokens are refused. */
  revokeGrants: () => void
  /** Replace the signing key. The old one leaves the JWK Set. */
  rotateKeys: () => Promise<void>
}
