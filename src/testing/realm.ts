import { randomToken } from './bytes.js'
import { createKeys, type Keys } from './keys.js'
import type { Fault, MockServer, MockServerOptions, RefreshTokenUse } from './types.js'

/** What one person allowed one client, once; tokens live and die with it. */
export interface Grant {
  clientId: string
  subject: string
  /** What this login said of the person beyond `options.claims`. */
  claims: Record<string, unknown>
  scope: string[]
  /** RFC 8707 resources asked for at the authorization endpoint; empty: whatever the token request names. */
  resources: string[]
  /** Seconds since the epoch. */
  authTime: number
  acr?: string
  revoked: boolean
}

/** An authorization code and what its exchange must match. */
export interface Code {
  grant: Grant
  redirectUri: string
  challenge: string
  /** `dpop_jkt`: whoever exchanges it must have that key. */
  jkt?: string
  nonce?: string
  used: boolean
}

/** A refresh token; one that was rotated is remembered, for that is how reuse is seen. */
export interface RefreshToken {
  grant: Grant
  rotatedAt?: number
  /** It was answered once more within `reuseGrace`. */
  forgiven: boolean
  /** The thumbprint of the key it is bound to. */
  jkt?: string | undefined
}

/** An access token, JWT or opaque. */
export interface AccessToken {
  grant: Grant
  claims: Record<string, unknown>
  /** Milliseconds since the epoch. */
  expiresAt: number
}

/** Everything one server knows. */
export interface Realm {
  readonly issuer: string
  options: MockServerOptions
  consent: MockServer['consent']
  readonly keys: Keys
  readonly grants: Set<Grant>
  readonly codes: Map<string, Code>
  readonly pushed: Map<string, URLSearchParams>
  readonly accessTokens: Map<string, AccessToken>
  readonly refreshTokens: Map<string, RefreshToken>
  readonly refreshTokenUses: RefreshTokenUse[]
  readonly secrets: Set<string>
  /** The `jti` of every proof so far. */
  readonly proofs: Set<string>
  /** The nonce that proofs must hold, where they must hold one. */
  dpopNonce: string
}

/** One request, read; what every endpoint is given besides the realm. */
export interface Call {
  request: Request
  /** Query and form parameters. */
  params: URLSearchParams
  fault: Fault
  /** The thumbprint of the key that a token request was signed with. */
  jkt?: string | undefined
}

/** A realm in which nobody has signed in yet. */
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

/** Whether this client id is registered. */
export function knowsClient({ options }: Realm, clientId: string | null): clientId is string {
  return Boolean(clientId) && (options.clients?.includes(clientId ?? '') ?? true)
}

/** The access token of that value, if it is unexpired and its grant unrevoked. */
export function liveAccessToken(realm: Realm, value: string): AccessToken | undefined {
  const token = realm.accessTokens.get(value)
  return token && !token.grant.revoked && Date.now() < token.expiresAt ? token : undefined
}

/** The identity claims of the person, as they are today. */
export function claimsOf({ options }: Realm, grant: Grant): Record<string, unknown> {
  return { ...options.claims, ...grant.claims, sub: grant.subject }
}
