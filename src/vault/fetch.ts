import { AuthError } from '../errors.js'
import { own, type ResolvedResource } from '../config.js'
import type { WireRequest, WireResponse } from '../door.js'
import { matchResource } from './resources.js'
import { fault } from '../remedies.js'

/** Where a call to a resource has its tokens from; each is `undefined` where there is none. */
export interface TokenSource {
  token(key: string): Promise<string | undefined>
  /** Another one than that which was refused. */
  replace(key: string, refused: string): Promise<string | undefined>
}

/** Whether a 401 may be about the token's age. Where CORS hides the challenge, it may. @see RFC 6750 section 3.1 */
function mayBeStale({ status, headers }: Response): boolean {
  const [, error = 'invalid_token'] =
    /error="?(\w+)/i.exec(headers.get('www-authenticate') ?? '') ?? []
  return status === 401 && error === 'invalid_token'
}

function toWire({
  status,
  statusText,
  headers,
  url,
  redirected,
  type,
  body,
}: Response): WireResponse {
  return { status, statusText, headers: [...headers], url, redirected, type, body }
}

/**
 * Send a request with its resource's token. A 401 is answered by one refresh and one retry, if the
 * body can be sent again; everything else is the app's.
 *
 * @throws AuthError `url_not_allowed`, `not_signed_in`, `unsupported`, and what a refresh rejects with
 * @see RFC 6750 section 2.1
 */
export async function fetchResource(
  request: WireRequest,
  resources: readonly ResolvedResource[],
  signal: AbortSignal,
  source: TokenSource,
): Promise<WireResponse> {
  // The page has matched it before; behind the door nobody takes its word for it.
  const resource = matchResource(resources, request.url)
  if (!resource) throw fault('url_not_allowed')
  if (request.mode === 'no-cors')
    throw new AuthError('unsupported', "Mode 'no-cors' drops the token.")

  const letGo = new AbortController()

  function send(token: string | undefined, ending = signal): Promise<Response> {
    signal.throwIfAborted()
    const headers = new Headers(request.headers)
    if (token) headers.set('authorization', `Bearer ${token}`)
    const redirect = resource?.redirect ?? request.redirect
    // A stream goes out half-duplex or not at all; the platform ignores it for any other body.
    const init = { ...request, headers, signal: ending, redirect, duplex: 'half' }
    return fetch(request.url, own(init) as RequestInit)
  }

  const token = await source.token(resource.key)
  if (!token && !resource.anonymous) throw new AuthError('not_signed_in')
  const first = await send(token, AbortSignal.any([signal, letGo.signal]))
  if (!token || !mayBeStale(first)) return toWire(first)
  const other = await source.replace(resource.key, token)
  if (!other || request.body instanceof ReadableStream) return toWire(first)
  // Nobody will read it: the connection is wanted back.
  letGo.abort()
  return toWire(await send(other))
}
