import { AuthError, isAuthError } from '../../errors.js'
import { own } from '../../lib/own.js'
import { sleep, withTimeout } from '../../lib/timeout.js'
import { withMethods } from '../calls/init.js'
import type { Prove } from '../calls/proof.js'
import type { VaultContext } from '../context.js'
import { formOf, membersOf } from './encoding.js'
import { ErrorResponse, type Json } from './errors.js'
import { secretsIn } from './secrets.js'

/** What a request asks the authorization server for. */
export type Step = 'discovery' | 'jwks' | 'par' | 'token' | 'userinfo' | 'revocation'

/** One request to the authorization server. */
export interface HttpRequest {
  /** The form to post. Without it the request is a GET. */
  readonly form?: Readonly<Record<string, string | undefined>> | URLSearchParams
  readonly token?: string
  readonly prove?: Prove | undefined
  /** Milliseconds to wait for the whole answer, body included. Default: the option `timeout`. */
  readonly timeout?: number
  /** Called just before the request is sent: whether it may still go out. */
  readonly mayPost?: () => boolean
  /** The request outlives the page. If it fails, the reason is not looked for. */
  readonly isQuiet?: boolean
  readonly cache?: RequestCache
  readonly headers?: Readonly<Record<string, string>>
  /** Values that no error may contain, besides the secrets in the form and the headers. */
  readonly secrets?: readonly string[]
}

/** What a request needs to know of its client. */
export type HttpContext = Pick<VaultContext, 'config' | 'notes' | 'authenticate'>

/** An answer with a status in the 200s. */
export interface HttpAnswer {
  readonly json: Json
  readonly text: string
}

/** The members of a JSON object, or of a form; none for any other text. */
function parseObject(text: string): Json {
  try {
    const json: unknown = JSON.parse(text)
    return json === Object(json) ? membersOf(json) : own({})
  } catch {
    // Some servers answer with a form, whatever format was asked for, and with various content types.
    return formOf(text)
  }
}

// More than any real answer has. An answer that never ends must not fill the memory.
const maxBytes = 2 ** 18

export async function readText({ body }: Pick<Response, 'body'>): Promise<string> {
  // A `Blob` could decode the bytes too, but the browser does that in another process, which is slower.
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  const reader = body?.getReader()
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.length
    if (size > maxBytes) {
      reader?.cancel().catch(() => {})
      throw new AuthError('invalid_response', 'It is too long.')
    }
    text += decoder.decode(part.value, { stream: true })
  }
  return text + decoder.decode()
}

function encode(form: NonNullable<HttpRequest['form']>): URLSearchParams {
  if (form instanceof URLSearchParams) return form
  const given = Object.entries(form).filter(([, value]) => value !== undefined)
  return new URLSearchParams(given as [string, string][])
}

/**
 * What to do if CORS blocks an answer. An error that the server sends without CORS headers looks the same to
 * the page.
 */
const remedy = (step: Step): string =>
  step === 'discovery'
    ? `Check the path of \`issuer\`, or set \`server\` if there is no discovery: a 404 may lack CORS headers. Or allow the origin ${globalThis.origin} at the authorization server.`
    : `Allow the origin ${globalThis.origin} at the authorization server. Or its URL is wrong, or this is an error that the server sends without CORS headers.`

/**
 * Find out why a request failed, as the browser does not say: if the same request without CORS succeeds, only
 * CORS is wrong.
 */
async function unreached(
  step: Step,
  url: string,
  { isQuiet, mayPost, prove }: HttpRequest,
): Promise<AuthError> {
  if (isQuiet || mayPost) return new AuthError('network')
  // If a proof was sent, CORS may refuse only its header: send that too.
  const headers = withMethods(prove ? { dpop: '' } : {})
  // While a page is being left, its requests fail as well. Such a page is gone after this pause, and asks
  // nothing.
  await sleep(100)
  const gets = (mode: RequestMode): Promise<boolean> =>
    fetch(url, withMethods({ mode, headers, signal: AbortSignal.timeout(3000) })).then(
      () => true,
      () => false,
    )
  const isCors = !(await gets('cors')) && (await gets('no-cors'))
  const { origin, pathname } = new URL(url)
  const detail = `(${step}: ${origin}${pathname})`
  return isCors
    ? new AuthError('cors', `${remedy(step)} ${detail}`)
    : new AuthError('network', detail)
}

interface Init extends RequestInit {
  readonly headers: Readonly<Record<string, string>>
}

async function send(
  url: string,
  init: Init,
  request: HttpRequest,
): Promise<HttpAnswer & { readonly status: number }> {
  const { token = '', prove, mayPost, secrets = [] } = request
  const sent = [token, ...secrets, ...secretsIn((init.body as URLSearchParams | null) ?? [])]
  const sendOnce = async (proof?: string): Promise<Response> => {
    const headers = {
      ...init.headers,
      ...(token && { authorization: `${proof ? 'DPoP' : 'Bearer'} ${token}` }),
      ...(proof && { dpop: proof }),
    }
    if (mayPost?.() === false) throw new AuthError('aborted')
    if (proof) sent.push(proof)
    const response = await fetch(url, withMethods({ ...init, headers: withMethods(headers) }))
    // The body is read here, and only once, so that its size is bounded for DPoP too, which reads it before the
    // caller.
    const text = await readText(response)
    return Object.assign(response, { text: async () => text })
  }
  const method = init.method ?? 'GET'
  const response = await (prove ? prove({ method, url }, sendOnce) : sendOnce())
  const text = await response.text()
  const json = parseObject(text)
  if (!response.ok || (json['error'] && !json['access_token']))
    throw new ErrorResponse(response, text, json, sent)
  return { json, text, status: response.status }
}

/**
 * Send a request to the authorization server, and read its whole answer: every request to it goes through here.
 * Except for a DPoP proof, it sends no header that needs a preflight, as some token endpoints refuse these. It
 * follows no redirect, as the body may hold a code, which must not be sent on.
 *
 * @throws ErrorResponse for an answer that is no success; AuthError `network`, `cors`, `timeout`,
 *   `aborted` (`mayPost` said no), `invalid_response`
 */
export async function http(
  { config, notes, authenticate }: HttpContext,
  step: Step,
  url: string,
  given: HttpRequest = {},
): Promise<HttpAnswer> {
  const { form } = own(given)
  // No `await` without client authentication: a page may be left in this turn, and the request must be sent
  // before.
  const added = authenticate && form ? await authenticate(encode(form)) : undefined
  const request = own({ ...given, ...added })
  const end = notes.note('http', step, form ? 'POST' : 'GET', url, Object(form).grant_type)
  const { timeout = config.timeout } = request
  const giveUp = new AbortController()
  try {
    const answer = send(url, initOf(request, giveUp.signal), request)
    const { status, ...rest } = await withTimeout(timeout, answer, () => giveUp.abort())
    end(status)
    return rest
  } catch (caught) {
    const isKnown = caught instanceof ErrorResponse || isAuthError(caught)
    // A backend has no CORS.
    const why = authenticate ? () => new AuthError('network') : unreached
    const error = isKnown ? caught : await why(step, url, request)
    end(error)
    throw error
  }
}

function initOf({ form, isQuiet, cache, headers }: HttpRequest, signal: AbortSignal): Init {
  return {
    method: form ? 'POST' : 'GET',
    headers: {
      accept: 'application/json',
      // Set here, as some servers refuse the type with the charset that the platform adds.
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...headers,
    },
    body: form ? encode(form) : null,
    redirect: 'manual',
    signal,
    // Not every platform knows `cache`.
    ...(cache && { cache }),
    keepalive: isQuiet === true,
  }
}
