/**
 * Identity claims of the signed-in user, as the ID token and the UserInfo endpoint gave them,
 * without the protocol's own (`iss` included in `Session`; `exp`, `nonce`, … left out).
 * Empty where the server gives no ID token and `userInfo()` was not called.
 *
 * An app adds its own by `declare module 'pixy-auth' { interface Claims { roles?: string[] } }`.
 * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
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

/** What holds for the whole session; a silent refresh does not change it. */
export interface Session {
  /** The issuer identifier; the token endpoint's URL where the server has none. */
  readonly issuer: string
  /** The granted scope, of the first resource's token. */
  readonly scope: readonly string[]
  /** `'dpop'`: the token is bound to a key of this browser's own. @see RFC 9449 */
  readonly tokenType: 'bearer' | 'dpop'
  /** Authentication context class, if the server named one. */
  readonly acr?: string | undefined
  /** When the user authenticated: seconds since the epoch. */
  readonly authTime?: number | undefined
}
