import { empty, json } from './answers.js'
import { proofOf } from './dpop.js'
import { claimsOf, liveAccessToken, type AccessToken, type Call, type Realm } from './realm.js'

/**
 * The UserInfo endpoint. An OpenID provider wants the scope `openid`; a plain OAuth 2.0 server
 * answers every access token that is still good.
 *
 * @see [OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)
 * @see [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)
 * @see [RFC 9449 §7.1](https://www.rfc-editor.org/rfc/rfc9449#section-7.1)
 */
export async function userinfo(realm: Realm, { request }: Call): Promise<Response> {
  const [, scheme = '', value] =
    /^(bearer|dpop) (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (!value) return challenge(401, 'Bearer')
  const token = liveAccessToken(realm, value)
  if (!token || scheme.toLowerCase() !== schemeOf(token)) {
    return challenge(401, `${scheme} error="invalid_token"`)
  }
  const error = await proofError(realm, request, token, value)
  if (error) return challenge(401, `DPoP error="${error}"`)
  if (!coversUserInfo(realm, token)) {
    return challenge(403, 'Bearer error="insufficient_scope", scope="openid"')
  }
  return json(claimsOf(realm, token.grant))
}

/** The `error` of a request whose proof does not fit its token; undefined if the proof fits. */
async function proofError(
  realm: Realm,
  request: Request,
  token: AccessToken,
  value: string,
): Promise<string | undefined> {
  const bound = keyOf(token)
  if (bound === undefined) return undefined
  const { jkt, refusal } = await proofOf(realm, request, value)
  if (refusal) return refusal.error
  return jkt === bound ? undefined : 'invalid_token'
}

function coversUserInfo({ options }: Realm, { claims }: AccessToken): boolean {
  return options.openid === false || String(claims['scope']).split(' ').includes('openid')
}

function schemeOf(token: AccessToken): 'bearer' | 'dpop' {
  return keyOf(token) === undefined ? 'bearer' : 'dpop'
}

/** The thumbprint of the key that an access token is bound to; undefined for a Bearer token. */
function keyOf({ claims }: AccessToken): string | undefined {
  return (claims['cnf'] as { jkt: string } | undefined)?.jkt
}

function challenge(status: number, header: string): Response {
  return empty(status, { 'www-authenticate': header })
}
