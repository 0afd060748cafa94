import { empty, page, redirect } from './answers.js'
import type { Call, Realm } from './realm.js'

/**
 * The revocation endpoint. It revokes the whole grant of a refresh or access token. The answer is
 * the same where the token is unknown or was issued to a different client.
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
 * The endpoint for RP-initiated logout. It redirects to `post_logout_redirect_uri`, or what the option
 * `logoutBy` names; without one it shows a page.
 *
 * @see [OpenID Connect RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)
 */
export function endSession({ options }: Realm, { params }: Call): Response {
  const target = params.get(options.logoutBy ?? 'post_logout_redirect_uri') ?? ''
  const isLacking = options.logoutWants?.some((name) => !params.has(name))
  if (!URL.canParse(target) || options.logoutAsks || isLacking) return page('Signed out')
  const { postLogoutRedirectUris: registered = [target] } = options
  if (!registered.includes(target)) {
    return page('The post_logout_redirect_uri is not registered.', 400)
  }
  const url = new URL(target)
  const state = params.get('state')
  if (state !== null) url.searchParams.set('state', state)
  return redirect(url)
}
