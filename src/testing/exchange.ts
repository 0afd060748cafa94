import { refuse } from './answers.js'
import { base64url, sha256 } from './bytes.js'
import { isRefusedLate } from './habits.js'
import { issueRefreshToken, issueTokens, resourcesFor } from './issue.js'
import { knowsClient, type Call, type Code, type Grant, type Realm } from './realm.js'

/**
 * Exchange a code for tokens. The first request uses the code up, even if the server refuses it. A
 * second request with the code revokes the grant, and with it the tokens of the first.
 *
 * @see [RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 */
export async function exchange(realm: Realm, { params, fault, jkt }: Call): Promise<Response> {
  if (!knowsClient(realm, params.get('client_id'))) {
    return refuse('invalid_client', 'The client_id is not known.', 401)
  }
  const code = realm.codes.get(params.get('code') ?? '')
  const { status, error = 'invalid_grant' } = realm.options.badCode ?? {}
  if (!code) return refuse(error, 'The code is not known.', status)
  if (code.used) {
    code.grant.revoked = true
    return refuse(error, 'The code was used before.', status)
  }
  code.used = true

  const mismatch = await mismatchOf(code, params, jkt)
  if (mismatch) return refuse('invalid_grant', mismatch)
  const resources = resourcesFor(code.grant, params)
  if (!resources) return refuse('invalid_target', 'The grant does not cover the resource.')
  if (isRefusedLate(realm, code.grant)) return refuse('not_allowed', 'A scope is not allowed.')
  const { grant, nonce } = code
  const refreshToken = firstRefreshToken(realm, grant, jkt)
  const { scope } = grant
  return issueTokens(realm, { grant, scope, resources, nonce, refreshToken, fault, jkt })
}

function firstRefreshToken(
  realm: Realm,
  grant: Grant,
  jkt: string | undefined,
): string | undefined {
  const { openid, refreshTokens } = realm.options
  const isAsked = openid === false || grant.scope.includes('offline_access')
  const isGiven = refreshTokens ? refreshTokens === 'always' : isAsked
  return isGiven ? issueRefreshToken(realm, grant, jkt) : undefined
}

/**
 * Why the request may not have the tokens of this code; undefined if it may.
 *
 * @see [RFC 6749 §4.1.3](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3)
 * @see [RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6)
 * @see [RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)
 */
async function mismatchOf(
  code: Code,
  params: URLSearchParams,
  jkt: string | undefined,
): Promise<string | undefined> {
  const verifier = params.get('code_verifier') ?? ''
  if (code.grant.clientId !== params.get('client_id'))
    return 'The code was issued to a different client.'
  if (code.jkt !== undefined && code.jkt !== jkt) return 'The code is bound to a different key.'
  if (code.redirectUri !== params.get('redirect_uri'))
    return 'The redirect_uri is not the one of the authorization request.'
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return 'The code_verifier is missing or malformed.'
  if (base64url(await sha256(verifier)) !== code.challenge)
    return 'The code_verifier does not match the code_challenge.'
  return undefined
}
