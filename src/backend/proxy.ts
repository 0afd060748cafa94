import { AuthError } from '../errors.js'
import { refusal, Refusal } from './answers.js'
import type { BackendContext } from './context.js'
import type { Upstream } from './config.js'
import type { Refresh } from './refresh.js'
import { checkOwnPage, checkUser } from './request-checks.js'
import { tokenFor } from './tokens.js'

// All headers of a request are forwarded except these: of one connection, of the app itself, or set by the platform.
const kept =
  /^(?!(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|expect|cookie2?|authorization|origin|referer|forwarded|x-forwarded-.*|x-real-ip|x-pixy-auth.*|sec-.*|accept-encoding)$)/

// All headers of an answer go to the page except these: of one connection, of CORS, or set by the backend itself.
const returned =
  /^(?!(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|content-encoding|x-pixy-auth|access-control-.*|cache-control|expires|pragma)$)/

// Headers that a browser applies to the whole origin, which is the app's: cookies, sessions, policies, reports.
const ofOrigin =
  /^(set-cookie2?|set-login|(sec|secure)-session-.*|clear-site-data|service-worker-allowed|refresh|strict-transport-security|public-key-pins.*|expect-ct|alt-svc|accept-ch.*|critical-ch|origin-agent-cluster|nel|report-to|reporting-endpoints|content-security-policy.*|use-as-dictionary|attribution-reporting-.*)$/

/** @see [RFC 9110 §7.6.1](https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1) */
function copyHeaders(from: Headers, passes: (name: string) => boolean): Headers {
  const listed = (from.get('connection') ?? '').toLowerCase().split(/\s*,\s*/)
  return new Headers([...from].filter(([name]) => passes(name) && !listed.includes(name)))
}

// A server may read these as a way out of the path. The URL parser has already resolved a plain `..`.
const leadsOut = /%(2e|2f|5c|00)|\/\/|\.\.|;|\\/i

/** @throws Refusal for a path that may lead out of the upstream's path */
function targetOf({ url }: Upstream, rest: string, search: string): URL {
  if (leadsOut.test(rest)) throw new Refusal(400, new AuthError('url_not_allowed'))
  const target = new URL(url)
  target.pathname = url.pathname.replace(/\/$/, '') + rest
  target.search = search
  return target
}

// Bytes of a body that are kept for the retry after a 401. A longer body is streamed, and sent once.
const maxKept = 2 ** 18

/** The body. A short one is in memory, so that it can be sent again; a long one is a stream; `null` for none. */
async function bodyOf(request: Request): Promise<BodyInit | null> {
  const length = Number(request.headers.get('content-length') ?? NaN)
  return request.body && length <= maxKept ? request.arrayBuffer() : request.body
}

const unreached = 'The API could not be reached.'

/** Send the call, and after a 401 once more with another token, if its body can be sent again. */
async function forward(
  request: Request,
  target: URL,
  token: (unfit?: string) => Promise<string>,
): Promise<Response> {
  const { method, signal } = request
  const first = await token()
  const body = await bodyOf(request)
  const isStream = body instanceof ReadableStream
  // With `manual` or `follow`, Node would keep all of a streamed body in memory.
  const redirect = isStream ? 'error' : 'manual'
  const headers = copyHeaders(request.headers, (name) => kept.test(name))
  const send = (value: string): Promise<Response> => {
    headers.set('authorization', `Bearer ${value}`)
    // The Fetch standard has `duplex`, the types do not yet.
    const init = { method, headers, body, signal, redirect, duplex: 'half' } as RequestInit
    return fetch(target, init).catch(() => {
      throw new AuthError(
        'network',
        isStream ? `${unreached} Or it redirects: call the final URL.` : unreached,
      )
    })
  }
  const answer = await send(first)
  if (answer.status !== 401 || isStream) return answer
  const other = await token(first).catch(() => undefined)
  if (!other || other === first) return answer
  await answer.body?.cancel()
  return send(other)
}

/** The answer for the page: without headers that are meant for this connection or for the API's own origin. */
function toPage(answer: Response): Response {
  const { status, statusText, body } = answer
  if (status >= 300 && status < 400 && status !== 304) {
    void body?.cancel()
    throw new AuthError('url_not_allowed', 'The API redirects: call the final URL.')
  }
  const headers = copyHeaders(answer.headers, (name) => returned.test(name) && !ofOrigin.test(name))
  // Each user gets a different answer from the same URL.
  headers.set('cache-control', 'no-store')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('content-security-policy', "sandbox; default-src 'none'")
  return new Response(body, { status, statusText, headers })
}

/**
 * `api/<name>/…`: forward a call of the page to an API of `resources`, with the session's token. The page sees neither
 * the token nor the API's URL. Bodies are streamed both ways.
 *
 * @throws Refusal for a request of another origin, a name that is not listed, a path that leads out of the API's path
 *
 * @see [RFC 10017 §6.1](https://www.rfc-editor.org/rfc/rfc10017)
 */
export async function proxy(
  context: BackendContext,
  request: Request,
  refresh: Refresh,
  path: string,
): Promise<Response> {
  const { sessions, backend } = context
  checkOwnPage(request, backend.url.origin)
  const [, name = '', rest = ''] = /^api\/([^/]+)(.*)$/.exec(path) ?? []
  const upstream = backend.upstreams.get(name)
  if (!upstream)
    throw new Refusal(404, new AuthError('config', 'No entry of `resources` has this name.'))
  const target = targetOf(upstream, rest, new URL(request.url).search)
  const held = await sessions.load(request)
  const token = async (unfit?: string): Promise<string> => {
    const session = sessions.latest(held.carried)
    if (!session) throw new AuthError('not_signed_in')
    checkUser(request, session)
    return (await tokenFor(session, upstream.key, refresh, unfit)).token.value
  }
  try {
    const answer = toPage(await forward(request, target, token))
    const cookies = await sessions.cookiesFor(held)
    for (const cookie of cookies) answer.headers.append('set-cookie', cookie)
    return answer
  } catch (failure) {
    return refusal(failure, await sessions.cookiesFor(held))
  }
}
