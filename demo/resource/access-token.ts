import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { dpopProofs, type Call } from './dpop-proof.js'
import { Refusal, tokenMissing, tokenRefused, type Scheme } from './refusal.js'

/** The claims of a valid access token. */
export interface AccessToken {
  readonly sub: string
  readonly name?: string
  readonly scope: string
  /** Seconds since 1970. */
  readonly expiresAt: number
  readonly scheme: Scheme
  /** How the user signed in. */
  readonly acr?: string
  /** When the user signed in; seconds since 1970, 0 if it is not known. */
  readonly authTime: number
}

/** What access tokens must match. */
export interface Trust {
  readonly issuer: string
  readonly audience: string
  readonly keys: JWTVerifyGetKey
  /** The `jti` of tokens that the API treats as expired. */
  readonly expired?: ReadonlySet<string>
}

/** Resolves to the claims of the call's access token, or rejects with a `Refusal`. */
export type Verify = (call: Call) => Promise<AccessToken>

/**
 * Verify JWT access tokens: signature, issuer, audience, lifetime, and the key that a token is bound to.
 *
 * @see [RFC 9068 §4](https://www.rfc-editor.org/rfc/rfc9068#section-4)
 * @see [RFC 9449 §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)
 */
export function accessTokens(trust: Trust): Verify {
  const proven = dpopProofs()

  return async (call) => {
    const [scheme, token] = presented(call)
    const payload = await verified(token, scheme, trust)
    const thumbprint = (payload['cnf'] as { jkt?: unknown } | undefined)?.jkt
    if (scheme === 'DPoP' && !thumbprint) throw tokenRefused(scheme, 'the token is not bound')
    if (scheme === 'Bearer' && thumbprint) throw tokenRefused('DPoP', 'the token is bound to a key')
    if (scheme === 'DPoP') await proven(call, token, thumbprint)
    if (trust.expired?.has(payload.jti ?? '')) throw tokenRefused(scheme, hasExpired)
    return { ...described(payload), scheme }
  }
}

function presented({ authorization }: Call): [Scheme, string] {
  const [, scheme, token] = /^(bearer|dpop) +(\S+)$/i.exec(authorization ?? '') ?? []
  if (!scheme || !token) throw tokenMissing()
  return [scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token]
}

async function verified(token: string, scheme: Scheme, trust: Trust): Promise<JWTPayload> {
  const { issuer, audience, keys } = trust
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
      requiredClaims: ['exp', 'sub', 'client_id'],
    })
    return payload
  } catch (error) {
    throw refusal(error, scheme)
  }
}

const hasExpired = 'the token has expired'

function refusal(error: unknown, scheme: Scheme): Refusal {
  const ours = error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
  if (!ours || error instanceof errors.JWKSTimeout) {
    return new Refusal(503, 'The API cannot get the keys of the authorization server right now.')
  }
  const expired = error instanceof errors.JWTExpired
  return tokenRefused(scheme, expired ? hasExpired : 'the token is not valid here')
}

function described(payload: JWTPayload): Omit<AccessToken, 'scheme'> {
  const { sub = '', name, scope, exp = 0, acr, auth_time: authTime } = payload
  return {
    sub,
    ...(typeof name === 'string' && { name }),
    ...(typeof acr === 'string' && { acr }),
    authTime: typeof authTime === 'number' ? authTime : 0,
    scope: typeof scope === 'string' ? scope : '',
    expiresAt: exp,
  }
}
