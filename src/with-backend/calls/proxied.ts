import type { Caller } from '../../door.js'
import { AuthError } from '../../errors.js'
import { withMethods } from '../../vault/calls/init.js'
import type { NamedResource } from '../config.js'
import { headersOf, mark, refusalIn } from '../request.js'
import type { BackendSession } from '../session.js'
import { failed } from './failed.js'

/** The URL at which the backend forwards a call to the API of this name. */
function targetOf(backend: URL, { url, name }: NamedResource, href: string): string {
  const { pathname, search } = new URL(href)
  const rest = pathname.slice(url.pathname.replace(/\/$/, '').length)
  return `${backend.href}/api/${name}${rest}${search}`
}

/** The body of a request. Not every browser gives it as a stream. */
async function bodyOf(given: Request, isOneTime: boolean): Promise<BodyInit | null> {
  if (/^(GET|HEAD)$/.test(given.method)) return null
  // A `Blob`, because browsers do not keep all of it in memory.
  return isOneTime ? given.body : given.blob()
}

/** The answer of the API. @throws AuthError if the backend did not forward the call */
async function send(
  session: BackendSession,
  resource: NamedResource,
  given: Request,
  caller: Caller | undefined,
  isOneTime: boolean,
): Promise<Response> {
  if (!caller) throw new AuthError('not_signed_in')
  const { method, signal, keepalive } = given
  const headers = new Headers(given.headers)
  for (const [name, value] of Object.entries(headersOf(caller))) headers.set(name, value)
  const body = await bodyOf(given, isOneTime)
  const now = session.caller()
  if (!now) throw new AuthError('session_ended')
  const init = {
    method,
    headers,
    body,
    signal,
    keepalive,
    mode: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
    ...(isOneTime && { duplex: 'half' }),
  } as const
  const { backend, preset } = session.config
  const target = targetOf(backend, resource, given.url)
  const answer = await preset.fetch(target, withMethods(init), given.url, backend)
  if (answer.headers.has(mark)) {
    const error = refusalIn(await answer.json()) ?? new AuthError('invalid_response')
    // An API that cannot be reached says nothing about the session.
    throw error.retryable ? error : failed(session, error, caller)
  }
  return answer
}

/**
 * Send a call to the backend, which adds the token.
 *
 * @param isOneTime whether its body is a stream
 * @throws AuthError `not_signed_in`, `session_ended`, `account_changed`, `step_up_required`,
 *   `insufficient_scope`, and the errors of the backend
 * @see [RFC 10017 §6.1](https://www.rfc-editor.org/rfc/rfc10017)
 */
export async function fetchByBackend(
  session: BackendSession,
  resource: NamedResource,
  given: Request,
  caller: Caller | undefined,
  isOneTime: boolean,
): Promise<Response> {
  const end = session.notes.note('call', given.method, given.url)
  const work = send(session, resource, given, caller, isOneTime)
  work.catch(end)
  const answer = await work
  end({ status: answer.status, challenge: answer.headers.get('www-authenticate') })
  if (/^40[13]$/.test(`${answer.status}`)) {
    const chunk = await import('../refused/retry-token.js').catch(() => undefined)
    chunk?.checkDemand(answer)
  }
  return answer
}
