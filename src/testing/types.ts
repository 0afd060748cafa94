/** The endpoints of the mock authorization server, by the names that faults and the ledger use. */
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

/** What goes wrong with one answer of the server. Members combine: a delay, then a status. */
export interface Fault {
  /** Milliseconds to wait before the request is handled, whether or not the caller still listens. */
  delay?: number
  /** Never answer: the connection is cut when the caller gives up, or by `heal()`. */
  hang?: true
  /** The request takes no effect (nothing is used up, rotated or issued): only the other members make the answer. */
  handled?: false
  /** Cut the connection: `before` the request is handled, or `after` (it took effect, the answer is lost). */
  drop?: 'before' | 'after'
  /** Answer with this status instead; without `body` or `handled: false` the body is the one of a request that took effect. */
  status?: number
  /** Headers to set on the answer; `null` deletes one. */
  headers?: Record<string, string | null>
  /** The body instead: text as it is, or a function from the JSON that would have been sent. */
  body?: string | ((json: Record<string, unknown>) => unknown)
  /** Claims to set in the ID token of a token answer before it is signed; an undefined one is left out. */
  idToken?: Record<string, unknown>
  /** Leave out every CORS header, as a server that does not know this origin would; a preflight met so counts as an answer. */
  cors?: false
}

/** One request as the server met it; secrets included, so a test can look for them elsewhere. */
export interface LedgerEntry {
  endpoint: Endpoint | 'unknown'
  method: string
  url: string
  /** Query and form parameters together. */
  params: Record<string, string>
  headers: Record<string, string>
  /** Milliseconds since the epoch. */
  at: number
  /** The status answered; undefined while it is being handled, or when the connection was cut. */
  status?: number
}

/** One presentation of a refresh token at the token endpoint. */
export interface RefreshTokenUse {
  refreshToken: string
  at: number
  /** `rotated` and `kept`: a token answer; `reused`: presented after rotation, so its family was revoked; `refused`: anything else. */
  outcome: 'rotated' | 'kept' | 'reused' | 'refused'
}

/** How the person at the login page answers; default: signs in and consents. */
export type Consent =
  | { subject?: string; claims?: Record<string, unknown>; scope?: string }
  | { error: string; errorDescription?: string }

export interface MockServerOptions {
  /** The issuer identifier, a URL with or without a path; every endpoint lies below it. */
  issuer: string
  /** Client ids that are known; default: every one. */
  clients?: string[]
  /** Exact redirect URIs that are registered; default: every one. */
  redirectUris?: string[]
  /** Identity claims of the person; `sub` defaults to `user-1`. */
  claims?: Record<string, unknown>
  /** Seconds an access token lives (default 300). */
  accessTokenLifetime?: number
  /** Whether a refresh gives a new refresh token and forgets the old one, with reuse detection (default true); else it gives none. */
  rotate?: boolean
  /** Seconds within which an already rotated refresh token is answered once more, without reuse being assumed (default 0). */
  reuseGrace?: number
  /** `false`: a plain OAuth 2.0 server: no discovery of OpenID Connect, no ID token. */
  openid?: boolean
  /** What is wanted of proofs of possession (RFC 9449). Default: whoever sends one gets tokens bound to its key. */
  dpop?: {
    /** A nonce in every proof: one and the same (`required`), another after each request (`rotating`), or none is ever right (`wrong`). */
    nonce?: 'required' | 'rotating' | 'wrong'
    /** Only refresh tokens are bound; access tokens are of type `Bearer`. */
    bearer?: boolean
    /** Seconds that the time of a proof may be off (default 60). */
    tolerance?: number
  }
  /** Members merged into (or, when undefined, taken out of) the metadata document. */
  metadata?: Record<string, unknown>
  /** The claims that go into the ID token itself; default: only `sub` and the protocol's own. */
  idTokenClaims?: string[]
}

export interface MockServer {
  readonly issuer: string
  /** The whole server: one fetch handler. Rejects with an error named `ConnectionReset` where a fault cuts the connection. */
  fetch(request: Request): Promise<Response>
  /** Every request so far, in order. */
  readonly ledger: readonly LedgerEntry[]
  /** The ledger's requests to one endpoint (CORS preflights are not counted). */
  requests(endpoint: Endpoint): LedgerEntry[]
  /** Every presentation of a refresh token so far. */
  readonly refreshTokenUses: readonly RefreshTokenUse[]
  /** Every secret issued so far: codes, access, refresh and ID tokens. */
  readonly secrets: ReadonlySet<string>
  /** Make the next `times` answers (default 1; `Infinity`) of an endpoint go wrong; a later call is used after an earlier one is used up. */
  fail(endpoint: Endpoint, fault: Fault, times?: number): void
  /** Forget every fault that was set, and let go of answers that hang or wait. */
  heal(): void
  /** What the person does at the next login pages (default: sign in and consent). */
  consent: Consent | ((params: URLSearchParams) => Consent | Promise<Consent>)
  /** The options that may change while it runs. */
  options: MockServerOptions
  /** The claims of a valid, unexpired, unrevoked access token of this server; undefined otherwise. */
  verify(accessToken: string): Record<string, unknown> | undefined
  /** Every access token issued so far counts as expired from now on (the client is not told). */
  expireAccessTokens(): void
  /** Every grant is revoked: refresh tokens give `invalid_grant`, access tokens are refused. */
  revokeGrants(): void
  /** New signing keys; the old ones leave the JWKS. */
  rotateKeys(): Promise<void>
}
