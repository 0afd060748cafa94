import type { IDToken, TokenEndpointResponse } from 'oauth4webapi'
import { digest } from '../../digest.js'
import type { Claims } from '../../door.js'
import { fault } from '../../remedies.js'
import type { Json } from './classify.js'
import { partOf } from './jwt.js'
import type { Transaction } from './transactions.js'

/**
 * Whether the ID token was issued with this access token, as far as it says.
 *
 * @see OpenID Connect Core section 3.1.3.6
 */
export async function isIssuedWith(
  { access_token, id_token = '' }: TokenEndpointResponse,
  { at_hash }: IDToken,
): Promise<boolean> {
  if (!at_hash) return true
  // By the hash of its signature: Ed25519 has SHA-512.
  const [bits = 512] = /256|384/.exec(String(partOf(id_token, 0)['alg'])) ?? []
  return (await digest(access_token, Number(bits), 1 / 2)) === at_hash
}

/**
 * What oauth4webapi leaves to its caller: `sub` that names somebody, `azp` wherever it stands, and
 * whether a sign-in got what it asked for.
 *
 * @throws AuthError `invalid_id_token`, `step_up_required`
 * @see OpenID Connect Core section 3.1.3.7
 */
export async function checkIdToken(
  answer: TokenEndpointResponse,
  claims: IDToken,
  clientId: string,
  transaction?: Transaction,
): Promise<void> {
  const { sub, azp = clientId, acr, auth_time = 0, iat } = claims
  if (!sub || sub.length > 255 || azp !== clientId) throw fault('invalid_id_token')
  if (!transaction) return
  if (!(await isIssuedWith(answer, claims))) throw fault('invalid_id_token', '`at_hash` differs.')
  const { acrValues, maxAge = Infinity, createdAt } = transaction
  // Many servers do not say. One that says something else has not done what was wanted.
  if (acrValues && acr && !acrValues.split(' ').includes(acr as string))
    throw fault('step_up_required')
  // Each by its own clock: how long the server had known the user, and how long the sign-in took.
  const before = iat - auth_time - (Date.now() - createdAt) / 1000
  if (before > maxAge + 30) throw fault('step_up_required')
}

/** Identity claims only: not what says something about the token. */
export function identityClaims(all: Readonly<Json>): Claims {
  const others = /^(exp|iat|nbf|jti|nonce|aud|azp|at_hash|c_hash|s_hash|__proto__)$/
  // Some servers say 0 where they do not know.
  const known = ([name, value]: [string, unknown]): boolean => name !== 'auth_time' || value !== 0
  return Object.fromEntries(
    Object.entries(all).filter((claim) => known(claim) && !others.test(claim[0])),
  )
}
