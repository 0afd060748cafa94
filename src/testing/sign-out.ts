import { empty, page, redirect } from './answers.js'
import { fromBase64url } from './bytes.js'
import type { Call, Realm } from './realm.js'

/**
 * The revocation endpoint. It revokes the whole grant of a refresh or access token. The answer is
 * the same if the token is unknown or was issued to a different client.
 *
 * @see [RFC 7009 §2](https://www.rfc-editor.org/rfc/rfc7009#section-2)
 */
export function revocation(realm: Realm, { params }: Call): Response {
  const value = params.get('token') ?? ''
  const token = realm.refreshTokens.get(value) ?? realm.accessTokens.get(value)
  if (token?.grant.clientId === params.get('client_id')) token.grant.revoked = true
  return empty(200)
}

/** The `sid` of the ID token that the client sent; if it sent none, the `sid` of the last sign-in. */
function endedSid({ grants }: Realm, idToken: string | null): string {
  try {
    const text = new TextDecoder().decode(fromBase64url(idToken?.split('.')[1] ?? ''))
    return String((JSON.parse(text) as { sid?: unknown }).sid)
  } catch {
    return [...grants].at(-1)?.sid ?? ''
  }
}

/**
 * The pages of the clients to which the server reports the end of the session.
 *
 * @see [OpenID Connect Front-Channel Logout §3](https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout)
 */
function framesOf(realm: Realm, { params }: Call): URL[] {
  return (realm.options.frontchannelLogoutUris ?? []).map((uri) => {
    const url = new URL(uri)
    url.searchParams.set('iss', realm.issuer)
    url.searchParams.set('sid', endedSid(realm, params.get('id_token_hint')))
    return url
  })
}

/** The URL where the client wants the browser to go next; undefined if this server will not send it there. */
function targetOf({ options }: Realm, { params }: Call): string | undefined {
  const target = params.get(options.logoutBy ?? 'post_logout_redirect_uri') ?? ''
  const isLacking = options.logoutWants?.some((name) => !params.has(name))
  return URL.canParse(target) && !options.logoutAsks && !isLacking ? target : undefined
}

/**
 * The endpoint for RP-initiated logout. It redirects to the URL in `post_logout_redirect_uri`, or in the parameter
 * that the option `logoutBy` names: at once, or after two seconds if frames of front-channel logout must load first.
 * Without such a URL it shows a page.
 *
 * @see [OpenID Connect RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)
 */
export function endSession(realm: Realm, call: Call): Response {
  const target = targetOf(realm, call)
  const frames = framesOf(realm, call)
  const signedOut = page('Signed out', 200, frames)
  if (!target) return signedOut
  const { postLogoutRedirectUris: registered = [target] } = realm.options
  if (!registered.includes(target)) {
    return page('The post_logout_redirect_uri is not registered.', 400)
  }
  const url = new URL(target)
  const state = call.params.get('state')
  if (state !== null) url.searchParams.set('state', state)
  if (frames.length === 0) return redirect(url)
  signedOut.headers.set('refresh', `2;url=${url.href}`)
  return signedOut
}
