import type { AuthorizationServer, Config } from '../../config.js'
import type { Claims } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { Bearer } from '../bearer.js'
import { living } from '../record.js'
import type { Inside } from '../inside.js'
import { signer } from '../signer.js'
import { ask } from './ask.js'
import { classify, type Json } from './classify.js'
import { identityClaims } from './id-token.js'
import { partOf } from './jwt.js'
import { isSigned } from './signature.js'
import { fault } from '../../remedies.js'

/** The claims of a signed answer. @see OpenID Connect Core section 5.3.2 */
async function claimsOf(jwt: string, config: Config, server: AuthorizationServer): Promise<Json> {
  // It came straight from the server, by TLS.
  if (config.verifySignature && !(await isSigned(config, server, jwt)))
    throw fault('invalid_response', 'Its signature is wrong.')
  const claims = partOf(jwt, 1)
  const { iss = server.issuer, aud = config.clientId } = claims
  const issuer = config.issuer ?? config.server.issuer
  if (issuer && (iss !== server.issuer || ![aud].flat().includes(config.clientId)))
    throw fault('invalid_response', 'It is for somebody else.')
  return claims
}

/**
 * Ask who the user is. With an ID token, `sub` must be the same; without one the endpoint may be
 * any "who am I" URL, and there is nothing to compare.
 *
 * @throws AuthError `unsupported` without an endpoint, `invalid_response`, `network`, `timeout`, `cors`, …
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export async function userInfo(inside: Inside, bearer: Bearer): Promise<Claims> {
  const { config, session, main } = inside
  const before = bearer.signedIn()
  const { server, identity, refreshToken } = before
  const url = server.userinfo_endpoint
  if (!url) throw new AuthError('unsupported', 'The server has no `userinfo_endpoint`.')
  // The endpoint wants a token that is not bound to a resource, where there can be one.
  const token = await bearer.token(refreshToken ? '' : main)
  try {
    const sign = await signer(inside, session.active(), token)
    const { json, text } = await ask(url, {
      token: token.value,
      sign,
      within: config.timeout,
      // What the browser keeps may be an answer to somebody else.
      cache: 'no-store',
    })
    const claims = Object.keys(json).length > 0 ? json : await claimsOf(text, config, server)
    if (identity && claims['sub'] !== identity.sub)
      throw fault('invalid_response', 'It names another user.')
    const user = identityClaims(claims)
    bearer.heldFor(before, main)
    const now = session.active()
    const record = await session.change((stored) => {
      const there = living(stored)
      return there && there.id === now?.id
        ? { ...there, version: there.version + 1, user: { ...there.user, ...user } }
        : undefined
    })
    // Somebody else may have come in that very moment.
    bearer.heldFor(before, main)
    return living(record)?.user ?? user
  } catch (failure) {
    throw classify(failure)
  }
}
