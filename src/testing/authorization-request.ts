import { metadataOf } from './metadata.js'
import { knowsClient, type Realm } from './realm.js'

/** An `error` and its description, on their way back to the client. */
export interface Refusal {
  error: string
  error_description: string
}

/**
 * Why this request may not be answered by a redirect: whoever sent it may not be who it says.
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

/** What is wrong with a request from a trusted client. */
export function refusalOf(params: URLSearchParams): Refusal | undefined {
  if (params.get('response_type') !== 'code') {
    return refusal('unsupported_response_type', 'Only response_type=code is supported.')
  }
  if (params.get('code_challenge_method') !== 'S256') {
    return refusal('invalid_request', 'PKCE with code_challenge_method=S256 is required.')
  }
  if (!/^[\w-]{43}$/.test(params.get('code_challenge') ?? '')) {
    return refusal('invalid_request', 'The code_challenge is not a SHA-256 hash in base64url.')
  }
  if (!['query', 'fragment'].includes(params.get('response_mode') ?? 'query')) {
    return refusal('invalid_request', 'The response_mode is not supported.')
  }
  return undefined
}

/**
 * The parameters that count: those of the query or form, or those pushed ahead under their
 * `request_uri`, which is good for one use by the client that pushed them.
 *
 * @see [RFC 9126 §4](https://www.rfc-editor.org/rfc/rfc9126#section-4)
 */
export function takeRequest(realm: Realm, sent: URLSearchParams): URLSearchParams | Refusal {
  const requestUri = sent.get('request_uri')
  if (requestUri === null) {
    return metadataOf(realm).require_pushed_authorization_requests === true
      ? refusal('invalid_request', 'Pushed authorization requests are required.')
      : sent
  }
  const pushed = realm.pushed.get(requestUri)
  if (!pushed || pushed.get('client_id') !== sent.get('client_id')) {
    return refusal('invalid_request_uri', 'The request_uri is not known.')
  }
  realm.pushed.delete(requestUri)
  return pushed
}

function refusal(error: string, error_description: string): Refusal {
  return { error, error_description }
}
