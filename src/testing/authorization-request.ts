import { errorResponse, type ErrorResponse } from './answers.js'
import { metadataOf } from './metadata.js'
import { knowsClient, type Realm } from './realm.js'

/**
 * Why the server must not redirect the browser for this request: its client or redirect URI cannot be
 * trusted. Undefined if it may redirect.
 *
 * @see [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)
 */
export function untrusted(realm: Realm, params: URLSearchParams): string | undefined {
  const { redirectUris } = realm.options
  const redirectUri = params.get('redirect_uri') ?? ''
  if (!knowsClient(realm, params.get('client_id'))) return 'The client_id is not known.'
  if (!URL.canParse(redirectUri)) return 'The redirect_uri is missing or not absolute.'
  if (redirectUri.includes('#')) return 'The redirect_uri has a fragment.'
  if (redirectUris && !redirectUris.includes(redirectUri)) {
    return 'The redirect_uri is not registered.'
  }
  return undefined
}

/**
 * What is wrong with a request from a trusted client; undefined if nothing is wrong.
 *
 * @see [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)
 * @see [RFC 7636 §4.4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.4.1)
 */
export function refusalOf(params: URLSearchParams): ErrorResponse | undefined {
  if (params.get('response_type') !== 'code') {
    return errorResponse('unsupported_response_type', 'Only response_type=code is supported.')
  }
  if (params.get('code_challenge_method') !== 'S256') {
    return errorResponse('invalid_request', 'PKCE with code_challenge_method=S256 is required.')
  }
  if (!/^[\w-]{43}$/.test(params.get('code_challenge') ?? '')) {
    return errorResponse(
      'invalid_request',
      'The code_challenge is not a SHA-256 hash in base64url.',
    )
  }
  if (!['query', 'fragment'].includes(params.get('response_mode') ?? 'query')) {
    return errorResponse('invalid_request', 'The response_mode is not supported.')
  }
  return undefined
}

/**
 * The parameters of the authorization request: those of the query or form, or those that the client
 * pushed ahead. A `request_uri` works once, for the client that pushed the request.
 *
 * @see [RFC 9126 §4](https://www.rfc-editor.org/rfc/rfc9126#section-4)
 */
export function takeRequest(realm: Realm, sent: URLSearchParams): URLSearchParams | ErrorResponse {
  const requestUri = sent.get('request_uri')
  if (requestUri === null) {
    return metadataOf(realm).require_pushed_authorization_requests === true
      ? errorResponse('invalid_request', 'Pushed authorization requests are required.')
      : sent
  }
  const { params, expiresAt = 0 } = realm.pushed.get(requestUri) ?? {}
  if (Date.now() >= expiresAt || params?.get('client_id') !== sent.get('client_id')) {
    return errorResponse('invalid_request_uri', 'The request_uri is not known.')
  }
  realm.pushed.delete(requestUri)
  return params
}
