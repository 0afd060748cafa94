import { randomToken } from './bytes.js'
import { createKeys, type Keys } from './keys.js'
import type { Fault, MockServer, MockServerOptions, RefreshTokenUse } from './types.js'

/** What a user allowed a client in one sign-in. Revoking it revokes all of its tokens. */
export interface Grant {
  clientId: string
  subject: string
  /** Claims of this sign-in, in addition to `options.claims`. */
  claims: Record<string, unknown>
  scope: string[]
  /**
   * The resources of the authorization request. If it named none, a token request may name any.
   *
   * @see [RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)
   */
  resources: string[]
  /** When the user signed in, in seconds since the epoch. */
  authTime: number
  acr?: string
  /** Names the session of this sign-in. */
  sid: string
  revoked: boolean
  /** Whether its refresh tokens are dead, and only these. */
  isSpent?: boolean
}

/** An authorization code, and what the request that exchanges it must match. */
export interface Code {
  grant: Grant
  redirectUri: string
  challenge: string
  /**
   * `dpop_jkt`: the thumbprint of the key that must sign the exchange.
   *
   * @see [RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)
   */
  jkt?: string
  nonce?: string
  used: boolean
}

/** A refresh token. A rotated one is kept, so that its reuse is detected. */
export interface RefreshToken {
  value: string
  grant: Grant
  issuedAt: number
  rotatedAt?: number
  /** The refresh token that was issued in its place. */
  successor?: string
  /** Whether the server accepted it a second time, within `reuseGrace`. */
  forgiven: boolean
  /** The thumbprint of the key that it is bound to. */
  jkt?: string | undefined
}

/** An access token, JWT or opaque. */
export interface AccessToken {
  grant: Grant
  claims: Record<string, unknown>
  /** In milliseconds since the epoch. */
  expiresAt: number
}

/** The state of one server. */
export interface Realm {
  readonly issuer: string
  options: MockServerOptions
  consent: MockServer['consent']
  readonly keys: Keys
  readonly grants: Set<Grant>
  readonly codes: Map<string, Code>
  readonly pushed: Map<string, { params: URLSearchParams; expiresAt: number }>
  readonly accessTokens: Map<string, AccessToken>
  readonly refreshTokens: Map<string, RefreshToken>
  readonly refreshTokenUses: RefreshTokenUse[]
  readonly secrets: Set<string>
  /** The `jti` of every DPoP proof that was accepted. */
  readonly proofs: Set<string>
  /** The nonce that proofs must have, if `options.dpop.nonce` requires one. */
  dpopNonce: string
}

/** One request, as an endpoint receives it. */
export interface Call {
  request: Request
  /** Query and form parameters. */
  params: URLSearchParams
  fault: Fault
  /** The thumbprint of the key that signed the proof of a token request. */
  jkt?: string | undefined
}

/** A realm without any grant. */
export function createRealm(options: MockServerOptions): Realm {
  return {
    issuer: options.issuer,
    options: { ...options },
    consent: {},
    keys: createKeys(),
    grants: new Set(),
    codes: new Map(),
    pushed: new Map(),
    accessTokens: new Map(),
    refreshTokens: new Map(),
    refreshTokenUses: [],
    secrets: new Set(),
    proofs: new Set(),
    dpopNonce: randomToken(),
  }
}

/** Whether this client id is known. Without the option `clients`, every client id is known. */
export function knowsClient({ options }: Realm, clientId: string | null): clientId is string {
  return Boolean(clientId) && (options.clients?.includes(clientId ?? '') ?? true)
}

/** The access token with this value; undefined if it is unknown, expired or revoked. */
export function liveAccessToken(realm: Realm, value: string): AccessToken | undefined {
  const token = realm.accessTokens.get(value)
  return token && !token.grant.revoked && Date.now() < token.expiresAt ? token : undefined
}

/** The identity claims of the user. The options may change them at any time. */
export function claimsOf({ options }: Realm, grant: Grant): Record<string, unknown> {
  return { ...options.claims, ...grant.claims, sub: grant.subject }
}
