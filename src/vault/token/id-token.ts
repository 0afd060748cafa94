import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import type { Claims } from '../../door.js'
import { AuthError } from '../../errors.js'
import { decodeJwt, hashOf } from './encoding.js'
import type { Json } from './errors.js'

// The ID token is checked in three places: `check-response.ts` lets oauth4webapi check its issuer, audience, times
// and `nonce`, this file checks the claims that oauth4webapi leaves to its caller, and `optional/signature.ts` its
// signature if the option `verifySignature` is set.

/** What a sign-in asked for: its ID token must show that. */
export interface Expected {
  readonly nonce: string | undefined
  /** The most seconds that may have passed since the user authenticated. */
  readonly maxAge: number | undefined
  readonly acrValues: string | undefined
  /** When the sign-in was started: milliseconds since the epoch. */
  readonly createdAt: number
}

/**
 * Whether the ID token was issued with this access token, by its `at_hash`. If it has none, it counts as issued
 * with it.
 *
 * @see [OpenID Connect Core §3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)
 */
export async function isIssuedWith(
  { access_token, id_token = '' }: TokenEndpointResponse,
  { at_hash }: IDToken,
): Promise<boolean> {
  if (!at_hash) return true
  // `at_hash` uses the hash of the signature's algorithm: for Ed25519 that is SHA-512.
  const [bits = 512] = /256|384/.exec(String(decodeJwt(id_token, 0)['alg'])) ?? []
  return (await hashOf(access_token, Number(bits), 1 / 2)) === at_hash
}

/**
 * The checks that oauth4webapi leaves to its caller: that `sub` names a user, that `azp` is this client if it
 * is given, and that a sign-in got what it asked for.
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

/**
 * Many servers do not say how or when the user authenticated: that is accepted. If a server says something else
 * than was asked for, the check fails.
 */
function checkStepUp(
  { acr, auth_time = 0, iat }: IDToken,
  { acrValues, maxAge = Infinity, createdAt }: Expected,
): void {
  if (acrValues && acr && !acrValues.split(' ').includes(acr as string))
    throw new AuthError('step_up_required', 'Its `acr` is not one of `acrValues`.')
  // Each duration is measured on one clock: on the server's, how long before this token the user authenticated;
  // on ours, how long the sign-in took.
  const age = iat - auth_time - (Date.now() - createdAt) / 1000
  if (age > maxAge + 30)
    throw new AuthError('step_up_required', 'Its `auth_time` is older than `maxAge`.')
}

/** The claims about the user, without those about the token. */
export function identityClaims(all: Readonly<Json>): Claims {
  const others =
    /^(exp|iat|nbf|jti|nonce|aud|azp|(at|c|s)_hash|typ|sid|session_expiry|rat|client_id|amr|__proto__)$/
  // Some servers send 0 if they do not know the time.
  const isKnown = ([name, value]: [string, unknown]): boolean => name !== 'auth_time' || value !== 0
  return Object.fromEntries(
    Object.entries(all).filter((claim) => isKnown(claim) && !others.test(claim[0])),
  )
}
