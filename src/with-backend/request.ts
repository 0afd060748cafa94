import type { Caller } from '../door.js'
import { AuthError, fromData, type ErrorData } from '../errors.js'
import { own } from '../lib/own.js'
import { withTimeout } from '../lib/timeout.js'
import type { NoteFacts, Notes } from '../vault/notes.js'
import type { BackendPageConfig } from './config.js'

/** The header that the backend requires of every request, and that marks the backend's own answers. */
export const mark = 'x-pixy-auth'

/** The headers name the user of the call. The backend refuses the call if another user has signed in since. */
export const headersOf = (caller?: Caller | null): Record<string, string> => ({
  [mark]: '1',
  ...(caller && { [`${mark}-user`]: encodeURIComponent(caller.sub ?? caller.id) }),
})

/** What every request to the backend needs. */
export interface BackendContext {
  readonly config: BackendPageConfig
  readonly notes: Notes
}

/** What a request to the backend carries. */
export interface BackendRequest {
  /** Sent as JSON; without it the request is a GET. */
  readonly body?: object
  /** For the trace: the purpose of the request, if the route has several. */
  readonly as?: NoteFacts['backend'][1]
  readonly caller?: Caller | null | undefined
  /** Whether the page may be left before the answer comes. */
  readonly isLast?: boolean
}

/** The error in a refusal of the backend, if it is one. */
export function refusalIn(json: unknown): AuthError | undefined {
  const { error } = own(Object(json) as { error?: ErrorData })
  return typeof error?.code === 'string' ? fromData(own(error)) : undefined
}

async function send(
  { backend, preset }: BackendPageConfig,
  route: string,
  { body, caller, isLast = false }: BackendRequest,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const answer = await preset
    .fetch(`${backend.href}/${route}`, {
      method: body ? 'POST' : 'GET',
      headers: headersOf(caller),
      body: JSON.stringify(body),
      cache: 'no-store',
      redirect: 'error',
      keepalive: isLast,
      signal,
    })
    .catch(offline)
  return read(answer, backend)
}

function offline(): never {
  const isOffline = globalThis.navigator?.onLine === false
  throw new AuthError('network', isOffline ? 'This device is offline.' : undefined)
}

async function read(answer: Response, { pathname }: URL): Promise<Record<string, unknown>> {
  const { status, ok, headers } = answer
  // An answer without the mark comes from a proxy, or is the app's page, which some servers give for every path.
  const isOwn = headers.has(mark)
  if (!isOwn && status >= 500) throw new AuthError('server_error', `Its status was ${status}.`)
  const json: unknown = isOwn ? await answer.json().catch(() => undefined) : undefined
  if (ok && json === Object(json)) return own(json as Record<string, unknown>)
  const hint = `No backend of pixy-auth answers at ${pathname}.`
  throw refusalIn(json) ?? new AuthError('invalid_response', hint)
}

/**
 * Ask the backend.
 *
 * @throws AuthError the backend's refusal; `network`, `timeout`, `server_error` if it gave no answer;
 *   `invalid_response` if something else answers in its place
 */
export function request(
  { config, notes }: BackendContext,
  route: NoteFacts['backend'][0],
  given: BackendRequest = {},
): Promise<Record<string, unknown>> {
  const end = notes.note('backend', route, given.as)
  const giveUp = new AbortController()
  const work = send(config, route, given, giveUp.signal)
  const answer = withTimeout(config.timeout, work, () => giveUp.abort())
  // Note only the status: the answer may contain a token.
  answer.then(() => end(200), end)
  return answer
}
