import { empty, json } from './answers.js'
import type { Realm } from './realm.js'
import { urlOf } from './routes.js'

/**
 * The metadata document. The options may change at any time, so it is made for each request.
 *
 * @see [RFC 8414 §2](https://www.rfc-editor.org/rfc/rfc8414#section-2)
 */
export function metadataOf({ issuer, options }: Realm): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: urlOf(issuer, 'authorize'),
    token_endpoint: urlOf(issuer, 'token'),
    revocation_endpoint: urlOf(issuer, 'revocation'),
    pushed_authorization_request_endpoint: urlOf(issuer, 'par'),
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'fragment'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
    dpop_signing_alg_values_supported: ['ES256', 'Ed25519'],
    ...(options.openid === false ? {} : openidMetadata(issuer)),
    ...(options.frontchannelLogoutUris ? frontchannelMetadata : {}),
    // A member set to undefined is left out of the JSON.
    ...options.metadata,
  }
}

/** @see [OpenID Connect Front-Channel Logout §3](https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout) */
const frontchannelMetadata = {
  frontchannel_logout_supported: true,
  frontchannel_logout_session_supported: true,
}

function openidMetadata(issuer: string): Record<string, unknown> {
  return {
    jwks_uri: urlOf(issuer, 'jwks'),
    userinfo_endpoint: urlOf(issuer, 'userinfo'),
    end_session_endpoint: urlOf(issuer, 'end_session'),
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }
}

/**
 * The metadata document for OAuth 2.0 clients.
 *
 * @see [RFC 8414 §3](https://www.rfc-editor.org/rfc/rfc8414#section-3)
 */
export function oauthMetadata(realm: Realm): Response {
  return json(metadataOf(realm))
}

/**
 * The metadata document for OpenID Connect clients. A plain OAuth 2.0 server has none.
 *
 * @see [OpenID Connect Discovery §4](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig)
 */
export function openidConfiguration(realm: Realm): Response {
  return realm.options.openid === false ? empty(404) : json(metadataOf(realm))
}

/**
 * The JWK Set. A plain OAuth 2.0 server signs nothing and has none.
 *
 * @see [RFC 7517 §5](https://www.rfc-editor.org/rfc/rfc7517#section-5)
 */
export async function jwks(realm: Realm): Promise<Response> {
  return realm.options.openid === false ? empty(404) : json(await realm.keys.jwks())
}
