import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import type { Claims } from '../../door.js'
import { AuthError } from '../../errors.js'
import { decodeJwt, hashOf } from './encoding.js'
import type { Json } from './errors.js'

/** What a sign-in asked for, and its ID token must show. */
export interface Expected {
  readonly nonce: string | undefined
  /** Seconds since the user authenticated, at most. */
  readonly maxAge: number | undefined
  readonly acrValues: string | undefined
  /** When the sign-in was started: milliseconds since the epoch. */
  readonly createdAt: number
}

/**
 * Whether the ID token was issued with this access token, as far as it says.
 *
 * @see [OpenID Connect Core §3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)
 */
export async function isIssuedWith(
  { access_token, id_token = '' }: TokenEndpointResponse,
  { at_hash }: IDToken,
): Promise<boolean> {
  if (!at_hash) return true
  // By the hash of its signature: Ed25519 has SHA-512.
  const [bits = 512] = /256|384/.exec(String(decodeJwt(id_token, 0)['alg'])) ?? []
  return (await hashOf(access_token, Number(bits), 1 / 2)) === at_hash
}

/**
 * What oauth4webapi leaves to its caller: that `sub` names a user, `azp` wherever it is given, and
 * whether a sign-in got what it asked for.
 *
 * @throws AuthError `invalid_id_token`, `step_up_required`
 * @see [OpenID Connect Core §3.1.3.7](https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation)
 */
export async function checkIdToken(
  answer: TokenEndpointResponse,
  claims: IDToken,
  clientId: string,
  expected?: Expected,
): Promise<void> {
  const { sub, azp = clientId } = claims
  if (!sub || sub.length > 255) throw new AuthError('invalid_id_token', 'Its `sub` is wrong.')
  if (azp !== clientId) throw new AuthError('invalid_id_token', 'Its `azp` is wrong.')
  if (!expected) return
  if (!(await isIssuedWith(answer, claims)))
    throw new AuthError('invalid_id_token', 'Its `at_hash` is wrong.')
  checkStepUp(claims, expected)
}

/** Many servers do not say how or when the user authenticated. One that says otherwise did not do it. */
function checkStepUp(
  { acr, auth_time = 0, iat }: IDToken,
  { acrValues, maxAge = Infinity, createdAt }: Expected,
): void {
  if (acrValues && acr && !acrValues.split(' ').includes(acr as string))
    throw new AuthError('step_up_required', 'Its `acr` is not one of `acrValues`.')
  // Each by its own clock: how long the server had known the user, and how long the sign-in took.
  const age = iat - auth_time - (Date.now() - createdAt) / 1000
  if (age > maxAge + 30)
    throw new AuthError('step_up_required', 'Its `auth_time` is older than `maxAge`.')
}

/** The claims about the user, without those about the token. */
export function identityClaims(all: Readonly<Json>): Claims {
  const others =
    /^(exp|iat|nbf|jti|nonce|aud|azp|(at|c|s)_hash|typ|sid|session_expiry|rat|client_id|amr|__proto__)$/
  // Some servers say 0 where they do not know.
  const isKnown = ([name, value]: [string, unknown]): boolean => name !== 'auth_time' || value !== 0
  return Object.fromEntries(
    Object.entries(all).filter((claim) => isKnown(claim) && !others.test(claim[0])),
  )
}
