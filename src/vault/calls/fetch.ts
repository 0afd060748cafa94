import { AuthError } from '../../errors.js'
import type { ResolvedResource } from '../../lib/resources.js'
import type { Notes } from '../notes.js'
import type { Token } from '../record.js'
import { withMethods } from './init.js'
import type { Prove } from './proof.js'
import { isOrigin, resourceOf } from './resource.js'

/** A token that a resource refused, and the answer of the resource. */
export interface Refused {
  readonly response: Response
  /** Frees the connection of the answer. */
  readonly giveUp: () => void
  /** Whether this token is the last one to try: another was refused before. */
  readonly isLast: boolean
  /** The token's key. */
  readonly key: string
  readonly token: Token
}

/** Gives a call to a resource its tokens. Each method resolves to `undefined` if there is none. */
export interface TokenSource {
  token(key: string): Promise<Token | undefined>
  /** Another token than the refused one. @throws AuthError what the API demands instead */
  retryToken(refused: Refused): Promise<Token | undefined>
  /** How to prove that a token is the caller's, where it is bound to a key. */
  proof(token: Token): Promise<Prove | undefined>
  readonly note: Notes['note']
}

/**
 * Whether a token stays safe if the browser follows a redirect. Every browser sends a proof on to another
 * origin. Firefox 153 takes a Bearer token off on the way there, but adds it again if that origin redirects to
 * itself (measured). And within one origin every browser keeps the token, so a redirect may carry it out of the
 * resource's path.
 */
const isSafeAcrossRedirects = ({ type }: Token, resource: ResolvedResource): boolean =>
  type !== 'dpop' && isOrigin(resource) && !/Firefox\//.test(globalThis.navigator?.userAgent)

function redirectOf(
  request: Request,
  resource: ResolvedResource,
  token: Token | undefined,
): RequestRedirect {
  const isManual = token && request.redirect === 'follow' && !isSafeAcrossRedirects(token, resource)
  return resource.redirect ?? (isManual ? 'manual' : request.redirect)
}

/** The challenge of an answer; `null` also if CORS hides it. */
const challengeIn = ({ headers }: Response): string | null => headers.get('www-authenticate')

/** Send the request once with this token. */
async function sendWith(
  request: Request,
  token: Token | undefined,
  { redirect, signal }: Pick<Request, 'redirect' | 'signal'>,
  proof?: string,
): Promise<Response> {
  const headers = new Headers(request.headers)
  if (token) headers.set('authorization', `${proof ? 'DPoP' : 'Bearer'} ${token.value}`)
  if (proof) headers.set('dpop', proof)
  // If `init` has any member, `fetch` resets the referrer of the request, and Firefox also `keepalive`: pass
  // them again.
  const { referrer, referrerPolicy, keepalive } = request
  const init = withMethods({ headers, redirect, referrer, referrerPolicy, keepalive, signal })
  const response = await fetch(request, init)
  if (response.type === 'opaqueredirect' && redirect !== request.redirect)
    throw new AuthError(
      'url_not_allowed',
      'The API redirects: call the final URL, or set `redirect` of the resource.',
    )
  return response
}

/**
 * Send a request with its resource's token. After a 401 the token is refreshed and the request sent once more,
 * if its body can be sent again. A demand of the API becomes an error. Any other answer goes to the app.
 *
 * @param isOneTime whether the body can be sent only once
 * @throws AuthError `url_not_allowed`, `not_signed_in`, `unsupported`, `step_up_required`, and what a
 *   refresh rejects with
 * @see [RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)
 */
export async function fetchResource(
  request: Request,
  resources: readonly ResolvedResource[],
  isOneTime: boolean,
  source: TokenSource,
): Promise<Response> {
  // The page has matched the URL already, but the vault does not rely on that.
  const resource = resourceOf(resources, request.url)
  if (request.mode === 'no-cors')
    throw new AuthError('unsupported', "Mode 'no-cors' drops the token.")

  const { method, url } = request
  let isAgain = false
  const hasBody = !/^(GET|HEAD)$/.test(method)

  let giveUp: AbortController | undefined
  /** Each request gives up the answer before it. Firefox frees the connection of an answer only by a signal. */
  function nextSignal(): AbortSignal {
    giveUp?.abort()
    giveUp = new AbortController()
    return AbortSignal.any([request.signal, giveUp.signal])
  }

  async function send(token: Token | undefined, isLast: boolean): Promise<Response> {
    const redirect = redirectOf(request, resource, token)
    const prove = token && (await source.proof(token))
    // Send a copy as long as the body may be needed again.
    const isSpent = isOneTime || !hasBody || (isLast && !prove)
    const next = (): Request => (isSpent ? request : request.clone())
    const sendOnce = async (proof?: string): Promise<Response> => {
      const end = source.note('call', method, url, token && (token.type ?? 'bearer'), isAgain)
      isAgain = true
      try {
        const response = await sendWith(next(), token, { redirect, signal: nextSignal() }, proof)
        end({ status: response.status, challenge: challengeIn(response) })
        return response
      } catch (error) {
        end(error)
        throw error
      }
    }
    return prove ? prove({ method, url, isOneTime }, sendOnce) : sendOnce()
  }

  function unsent(error: unknown): never {
    source.note('call', method, url)(error)
    throw error
  }

  const { key } = resource
  const token = await source.token(key).catch(unsent)
  if (!token && !resource.anonymous) unsent(new AuthError('not_signed_in'))

  async function answer(token: Token | undefined, isLast: boolean): Promise<Response> {
    const response = await send(token, isLast)
    // A 403 without a challenge goes to the app: no chunk is loaded for it.
    if (!token || (response.status !== 401 && !challengeIn(response))) return response
    const other = await source.retryToken({ response, giveUp: nextSignal, isLast, key, token })
    return other && !isOneTime ? answer(other, true) : response
  }

  return answer(token, !token)
}
