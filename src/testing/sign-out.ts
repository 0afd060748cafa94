import { empty, page, redirect } from './answers.js'
import type { Call, Realm } from './realm.js'

/**
 * Revocation of a refresh or access token takes its whole grant along; an unknown token, or another
 * client's, gets the same answer.
 *
 * @see [RFC 7009 §2](https://www.rfc-editor.org/rfc/rfc7009#section-2)
 */
export function revocation(realm: Realm, { params }: Call): Response {
  const value = params.get('token') ?? ''
  const token = realm.refreshTokens.get(value) ?? realm.accessTokens.get(value)
  if (token?.grant.clientId === params.get('client_id')) token.grant.revoked = true
  return empty(200)
}

/**
 * RP-initiated logout: sends the browser back where the client asks, else stays on a page.
 *
 * @see [RP-Initiated Logout](https://openid.net/specs/openid-connect-rpinitiated-1_0.html)
 */
export function endSession(_realm: Realm, { params }: Call): Response {
  const target = params.get('post_logout_redirect_uri') ?? ''
  if (!URL.canParse(target)) return page('Signed out')
  const url = new URL(target)
  const state = params.get('state')
  if (state !== null) url.searchParams.set('state', state)
  return redirect(url)
}
