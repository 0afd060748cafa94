import type { Claims } from '../../door.js'
import { AuthError } from '../../errors.js'
import { decodeJwt } from '../token/encoding.js'
import type { AuthorizationServer } from '../../options.js'
import type { AccessTokens } from '../calls/access-tokens.js'
import { proofFor } from '../calls/proof.js'
import type { VaultContext } from '../context.js'
import { activeOf, callerOf, canRenew } from '../record.js'
import { fromServer, type Json } from '../token/errors.js'
import { http, type HttpContext, type HttpRequest } from '../token/http.js'
import { identityClaims } from '../token/id-token.js'

type UserInfoContext = HttpContext & Pick<VaultContext, 'signature'>

/**
 * The claims of a signed answer.
 *
 * @see [OpenID Connect Core §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)
 */
async function claimsOf(
  context: UserInfoContext,
  server: AuthorizationServer,
  jwt: string,
): Promise<Json> {
  const { verifySignature, clientId, issuer, server: given } = context.config
  // Without the option the signature is not checked: the answer came straight from the server, by TLS.
  if (verifySignature && !(await (await context.signature())(context, server, jwt)))
    throw new AuthError('invalid_response', 'Its signature is wrong.')
  const claims = decodeJwt(jwt, 1)
  const { iss = server.issuer, aud = clientId } = claims
  const isKnown = issuer ?? given.issuer
  if (isKnown && (iss !== server.issuer || ![aud].flat().includes(clientId)))
    throw new AuthError('invalid_response', 'It is meant for another client.')
  return claims
}

/**
 * Ask the UserInfo endpoint for the claims.
 *
 * @throws AuthError `unsupported` without an endpoint, `invalid_response`, and what `http` throws
 */
export async function userInfoClaims(
  context: UserInfoContext,
  server: AuthorizationServer,
  given: Pick<HttpRequest, 'token' | 'prove'>,
): Promise<Json> {
  const url = server.userinfo_endpoint
  if (!url) throw new AuthError('unsupported', 'The server has no `userinfo_endpoint`.')
  // An answer in the cache of the browser may be about another user.
  const request = { ...given, cache: 'no-store' } as const
  const { json, text } = await http(context, 'userinfo', url, request)
  return Object.keys(json).length > 0 ? json : claimsOf(context, server, text)
}

/**
 * Ask the UserInfo endpoint who the user is, and store the claims. With an ID token, `sub` must be the same;
 * without one the endpoint may be any "who am I" URL, and there is nothing to compare.
 *
 * @throws AuthError `unsupported` without an endpoint, `invalid_response`, `network`, `timeout`, `cors`, …
 * @see [OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)
 */
export async function userInfo(context: VaultContext, accessTokens: AccessTokens): Promise<Claims> {
  const { session, defaultTokenKey } = context
  const before = accessTokens.signedIn()
  const caller = callerOf(before)
  const { server, identity } = before
  // The endpoint needs a token that is not bound to a resource, if the session can get one.
  const token = await accessTokens.token(canRenew(before) ? '' : defaultTokenKey)
  try {
    const prove = await proofFor(context, session.active(), token)
    const claims = await userInfoClaims(context, server, { token: token.value, prove })
    if (identity && claims['sub'] !== identity.sub)
      throw new AuthError('invalid_response', 'It names another user.')
    const user = identityClaims(claims)
    accessTokens.currentFor(caller, defaultTokenKey)
    const now = session.active()
    const record = await session.change((stored) => {
      const active = activeOf(stored)
      return active && active.id === now?.id
        ? { ...active, version: active.version + 1, user: { ...active.user, ...user } }
        : undefined
    })
    // Another user may have signed in while it was stored.
    accessTokens.currentFor(caller, defaultTokenKey)
    return activeOf(record)?.user ?? user
  } catch (failure) {
    throw fromServer(failure)
  }
}
