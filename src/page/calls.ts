import { own } from '../config.js'
import type { Vault, Way } from '../door.js'
import { AuthError } from '../errors.js'
import type { SignInOptions, TokenOptions } from '../options.js'
import { fault } from '../remedies.js'
import { ownPlace } from './arrive.js'
import { plain } from './plain.js'
import { redirect } from './redirect.js'
import type { AuthState, Whose } from './state.js'
import { fromWireResponse, toWireRequest } from './wire.js'

export { arrive } from './arrive.js'

/** The authorize URL of a new sign-in. */
export function begin(vault: Vault, way: Way, given: SignInOptions | undefined): Promise<string> {
  const { returnTo, signal: _, ...rest } = plain(given)
  return vault.begin({ ...rest, way, returnTo: (ownPlace(returnTo) ?? location).href })
}

/**
 * Whether another origin holds this page in a frame: there a click may not mean what the user thinks,
 * and nobody sees whose sign-in page it is. @see RFC 9700 section 4.16
 */
function isFramed(): boolean {
  let page: Window = window
  try {
    while (page !== page.parent && page.parent.document) page = page.parent
  } catch {
    // Nobody reads a page of another origin.
  }
  return page !== page.parent
}

/** Sign in by redirect; `going` hears how to send the browser there once more. */
export async function leave(
  vault: Vault,
  options: SignInOptions | undefined,
  going: (again: () => void) => void,
): Promise<never> {
  if (isFramed()) throw new AuthError('unsupported', 'Open the app in a tab: this is a frame.')
  const { signal } = plain(options)
  const givenUp = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new AuthError('aborted')))
  })
  if (signal?.aborted) throw new AuthError('aborted')
  const url = await Promise.race([begin(vault, 'r', options), givenUp])
  const at = Date.now()
  const assign = (there: string): void => location.assign(there)
  // The page is still here after seconds: the user stayed at a "leave this page?" question, and asks again.
  going(() => {
    if (Date.now() - at < 3000) return
    // What was pushed is good for one use, and not for long.
    if (url.includes('request_uri=')) begin(vault, 'r', options).then(assign, () => {})
    else assign(url)
  })
  return Promise.race([redirect(url), givenUp])
}

/** A token, for code that sends it by itself. */
export function token(vault: Vault, options: TokenOptions | undefined): Promise<string> {
  const { url, ...rest } = plain(options)
  return vault.token(
    own(url === undefined ? rest : { ...rest, url: new URL(url, document.baseURI).href }),
  )
}

const subOf = (state: AuthState): string | undefined =>
  state.status === 'signed-in' ? state.user.sub : undefined

/** Whether a call may still go out: the same person may have signed in again; without a name nobody is the same. */
function checkCaller([id, before]: Whose, [idNow, now]: Whose): void {
  if (!idNow) throw new AuthError('session_ended')
  const sub = subOf(before)
  if (id !== idNow && (!sub || sub !== subOf(now))) throw fault('account_changed')
}

/** Send a request through the door; its signal ends the request, and the reading of its answer. */
export async function send(
  vault: Vault,
  request: Request,
  init: RequestInit,
  [before, now]: readonly [Whose, () => Whose],
): Promise<Response> {
  const { signal } = request
  const { body, signal: given } = own(init)
  const wire = await toWireRequest(request, body)
  // Reading a body takes time, and what one person said goes out in nobody else's name.
  if (before[0]) checkCaller(before, now())
  signal.throwIfAborted()
  signal.addEventListener('abort', () => void vault.abort(wire.id))
  const answer = await vault.fetch(wire)
  // The reason stays on this side of the door: half an answer ends with it, as the platform's does.
  if (!given || !answer.body) return fromWireResponse(answer)
  const ended = answer.body.pipeThrough(new TransformStream<Uint8Array>(), { signal })
  const response = fromWireResponse({ ...answer, body: ended })
  for (const read of ['arrayBuffer', 'blob', 'formData', 'json', 'text'] as const)
    Object.defineProperty(response, read, {
      // Chromium says "Failed to fetch", whatever the stream ended with.
      value: () =>
        Response.prototype[read].call(response).catch((error: unknown) => {
          throw signal.aborted ? signal.reason : error
        }),
    })
  return response
}
