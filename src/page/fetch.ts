import type { Auth } from '../api.js'
import type { Caller } from '../door.js'
import { refuse } from '../lib/check.js'
import { matchResource } from '../lib/resources.js'
import type { Start } from './client.js'
import { ignore } from './start.js'
import type { StateStore } from './state.js'

/**
 * `fetch` is the global one as it was when the client was made. `sent` has the requests that the vault sends
 * already: it sends them by the global `fetch`, which may be `auth.fetch` by then.
 */
export interface Platform {
  readonly fetch: typeof globalThis.fetch
  readonly sent: WeakSet<object>
}

/** Like `fetch`, but with a token if the URL belongs to `resources`. */
export async function fetchWith(
  page: Start,
  state: StateStore,
  { fetch, sent }: Platform,
  signIn: Auth['signIn'],
  given: Parameters<typeof globalThis.fetch>,
): Promise<Response> {
  // A server, or a test environment without `Request`: as a rule `open()` rejects and says why.
  if (!globalThis.window?.Request) await page.open()
  void page.start()
  const { resources } = page.config()
  const [input, init] = given
  // `url` is read without `instanceof`, as a Request may come from another realm (a frame).
  const href = String((input as Partial<Request> | undefined)?.url ?? input)
  const isListed = !sent.has(input as object) && matchResource(resources, href, document.baseURI)
  if (!isListed) return withoutToken(page, href, resources[0] && fetch(...given))
  const request = new Request(...given)
  // If the caller has set `Authorization` itself, the request is sent unchanged.
  if (request.headers.has('authorization')) return fetch(request)
  const { signal } = request
  signal.throwIfAborted()
  sent.add(request)
  const caller = state.caller()
  const isOneTime = 'getReader' in Object(init?.body)
  return abortable(signal, call(page, signIn, request, caller, isOneTime))
}

/** Send a request with its token. If the API then demands another sign-in, the option `stepUp` decides. */
async function call(
  page: Start,
  signIn: Auth['signIn'],
  request: Request,
  caller: Caller | null | undefined,
  isOneTime: boolean,
): Promise<Response> {
  const { vault, config } = await page.open()
  const send = (one: Request): Promise<Response> => vault.fetch(one, caller, isOneTime)
  if (!config.stepUp) return send(request)
  const again = !isOneTime && ((): Promise<Response> => send(request))
  return send(again ? request.clone() : request).catch(async (failure) =>
    (await page.signIn()).stepUp(failure, caller, signIn, again),
  )
}

/** The answer to a call that gets no token. In development (http), and in the trace, the developer is told why. */
function withoutToken(page: Start, href: string, answer?: Promise<Response>): Promise<Response> {
  if (page.ear || location.protocol === 'http:')
    import('./optional/near-miss.js').then(
      ({ tellNearMiss }) => tellNearMiss(page, href, answer),
      ignore,
    )
  return answer ?? refuse('resources', 'none is given.')
}

/**
 * Settle as `work` does, but reject at once when the signal aborts. The listener is removed at the end, or else
 * the signal would keep the request in memory.
 */
function abortable<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort)
    work.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject)
  })
}
