import { AuthError } from '../errors.js'
import { own, type ResolvedResource } from '../config.js'
import type { WireRequest, WireResponse } from '../door.js'
import type { Token } from './record.js'
import { matchResource } from './resources.js'
import type { Sign } from './signer.js'
import { fault } from '../remedies.js'

/** Where a call to a resource has its tokens from; each is `undefined` where there is none. */
export interface TokenSource {
  token(key: string): Promise<Token | undefined>
  /** Another one than that which was refused. */
  replace(key: string, refused: string): Promise<Token | undefined>
  /** What proves that a token is the caller's, where it is bound to a key. */
  sign(token: Token): Promise<Sign | undefined>
}

/**
 * Whether a token is safe on a redirect that the engine follows. Every engine forwards a proof to
 * another origin. Firefox 153 takes a Bearer token off on the way there, but puts it on again where
 * that origin redirects to itself (measured).
 */
const isSafe = ({ type }: Token): boolean =>
  type !== 'dpop' && !/Firefox\//.test(globalThis.navigator?.userAgent)

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

  const once = request.body instanceof ReadableStream

  async function send(token: Token | undefined, ending = signal): Promise<Response> {
    const go = (proof?: string): Promise<Response> => goOut(token, ending, proof)
    const sign = token && (await source.sign(token))
    return sign ? sign({ ...request, once }, go) : go()
  }

  async function goOut(
    token: Token | undefined,
    ending: AbortSignal,
    proof?: string,
  ): Promise<Response> {
    signal.throwIfAborted()
    const headers = new Headers(request.headers)
    if (token) headers.set('authorization', `${proof ? 'DPoP' : 'Bearer'} ${token.value}`)
    if (proof) headers.set('dpop', proof)
    const asked = request.redirect
    const mode = token && asked === 'follow' && !isSafe(token) ? 'manual' : asked
    const redirect = resource?.redirect ?? mode
    // A stream goes out half-duplex or not at all; the platform ignores it for any other body.
    const init = { ...request, headers, signal: ending, redirect, duplex: 'half' }
    const response = await fetch(request.url, own(init) as RequestInit)
    if (response.type === 'opaqueredirect' && redirect !== asked)
      throw new AuthError(
        'url_not_allowed',
        'The API redirects: call the final URL, or set `redirect` of the resource.',
      )
    return response
  }

  const token = await source.token(resource.key)
  if (!token && !resource.anonymous) throw new AuthError('not_signed_in')
  const first = await send(token, AbortSignal.any([signal, letGo.signal]))
  if (!token || !mayBeStale(first)) return toWire(first)
  const other = await source.replace(resource.key, token.value)
  if (!other || once) return toWire(first)
  // Nobody will read it: the connection is wanted back.
  letGo.abort()
  return toWire(await send(other))
}
