import { processUserInfoResponse } from 'oauth4webapi'
import type { Claims } from '../../door.js'
import { AuthError } from '../../errors.js'
import { living } from '../record.js'
import type { Inside } from '../vault.js'
import { ask } from './ask.js'
import { classify } from './classify.js'
import { identityClaims, toLibrary } from './tokens.js'

/**
 * Ask who the user is. With an ID token, `sub` must be the same; without one the endpoint may be
 * any "who am I" URL, and there is nothing to compare.
 *
 * @throws AuthError `unsupported` without an endpoint, `invalid_response`, `network`, `timeout`, `cors`, …
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export async function userInfo({ config, session, bearer, main }: Inside): Promise<Claims> {
  const before = bearer.signedIn()
  const { server, identity, refreshToken } = before
  const url = server.userinfo_endpoint
  if (!url) throw new AuthError('unsupported', 'The server has no `userinfo_endpoint`.')
  // The endpoint wants a token that is not bound to a resource, where there can be one.
  const token = await bearer.token(refreshToken ? '' : main)
  try {
    const { json, text } = await ask(url, { token, within: config.timeout })
    const type = text.startsWith('{') ? 'application/json' : 'application/jwt'
    const answer = new Response(text, { headers: { 'content-type': type } })
    const claims = identity
      ? await processUserInfoResponse(
          toLibrary(server),
          { client_id: config.clientId },
          identity.sub,
          answer,
        )
      : json
    const user = identityClaims(claims)
    bearer.heldFor(before, main)
    const record = await session.change((stored) => {
      const there = living(stored)
      const same = there && there.id === session.active()?.id
      return same
        ? { ...there, version: there.version + 1, user: { ...there.user, ...user } }
        : undefined
    })
    return living(record)?.user ?? user
  } catch (failure) {
    throw classify(failure)
  }
}
