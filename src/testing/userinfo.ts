import { empty, json } from './answers.js'
import { proofOf } from './dpop.js'
import { claimsOf, liveAccessToken, type Call, type Realm } from './realm.js'

/**
 * Who am I. An OpenID provider wants the `openid` scope; a plain OAuth 2.0 server any live token.
 *
 * @see [OpenID Connect Core §5.3](https://openid.net/specs/openid-connect-core-1_0.html#UserInfo)
 * @see [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)
 */
export async function userinfo(realm: Realm, { request }: Call): Promise<Response> {
  const [, scheme = '', value] =
    /^(bearer|dpop) (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (!value) return challenge(401, 'Bearer')
  const token = liveAccessToken(realm, value)
  const { jkt: bound } = (token?.claims['cnf'] ?? {}) as { jkt?: string }
  const named = bound === undefined ? 'bearer' : 'dpop'
  if (!token || scheme.toLowerCase() !== named)
    return challenge(401, `${scheme} error="invalid_token"`)
  const { jkt, refusal } = bound === undefined ? {} : await proofOf(realm, request, value)
  if (refusal) return challenge(401, `DPoP error="${refusal.error}"`)
  if (jkt !== bound) return challenge(401, 'DPoP error="invalid_token"')
  const scope = String(token.claims['scope']).split(' ')
  if (realm.options.openid !== false && !scope.includes('openid')) {
    return challenge(403, 'Bearer error="insufficient_scope", scope="openid"')
  }
  return json(claimsOf(realm, token.grant))
}

function challenge(status: number, header: string): Response {
  return empty(status, { 'www-authenticate': header })
}
