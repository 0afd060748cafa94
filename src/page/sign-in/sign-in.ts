import type { AnswerPlace, CallbackResult, SignInRequest, Vault, Via } from '../../door.js'
import { AuthError } from '../../errors.js'
import { checkTypes, refuse } from '../../lib/check.js'
import { optionsOf, own, type OrEvent } from '../../lib/own.js'
import { lazy } from '../../lib/lazy.js'
import type { SignInOptions } from '../../options.js'
import type { Opened } from '../client.js'
import { endedSession } from '../flags.js'
import { textOf } from './keep-out.js'
import { placeOnThisOrigin } from './return-home.js'
import { redirect } from './ways/redirect.js'

const loadPopup = lazy('popup', () => import('../optional/popup.js'))
const loadFramed = lazy('framed', () => import('../optional/framed.js'))
const loadFrame = lazy('iframe', () => import('../optional/iframe.js'))

// What each option must be: of a type, or one of some values. `returnTo` is not checked: a value that is no URL
// of this origin is ignored.
const types: Readonly<Record<Exclude<keyof SignInOptions, 'returnTo'>, string>> = {
  via: '"redirect", "popup" or "iframe"',
  prompt: 'a string',
  maxAge: 'a number',
  acrValues: 'a string',
  loginHint: 'a string',
  uiLocales: 'a string',
  scope: 'a string',
  resource: 'a string',
  authorizationDetails: 'a list',
  params: 'an object',
  frameOrigins: 'a list',
  signal: 'an object',
}

/** @throws AuthError `config`, naming the option that is wrong */
export function checked(given: OrEvent<SignInOptions> | undefined): Partial<SignInOptions> {
  const all = Object.entries(optionsOf(given)).filter(([, value]) => value !== null)
  const options: Partial<SignInOptions> = own(Object.fromEntries(all))
  const { returnTo: _, ...rest } = options
  checkTypes(rest, types)
  const { signal, via, prompt = 'none', authorizationDetails } = options
  if (signal && !signal.addEventListener) refuse('signal', 'give an AbortSignal.')
  if (via === 'iframe' && prompt !== 'none') refuse('prompt', 'in a frame nothing can be asked.')
  if (authorizationDetails && !textOf(authorizationDetails))
    refuse('authorizationDetails', 'give a list.')
  return options
}

const ofRequire = new WeakSet()

/** Mark the options of `require()`, so that the trace can tell it from a call of `signIn()`. */
export function byRequire(given: SignInOptions | undefined): SignInOptions {
  const options = { ...given }
  ofRequire.add(options)
  return options
}

/** The sign-in request for the vault. */
export function requestOf(via: Via, given: OrEvent<SignInOptions> | undefined): SignInRequest {
  const { returnTo, signal: _, via: __, frameOrigins: ___, ...rest } = checked(given)
  if (via === 'iframe') rest.prompt = 'none'
  const place = placeOnThisOrigin(returnTo) ?? location
  const by = ofRequire.has(given as object) ? 'require' : undefined
  return { ...rest, via, by, returnTo: place.href }
}

/** The authorize URL of a new sign-in. */
export const authorizeUrl = async (
  vault: Vault,
  via: Via,
  given: OrEvent<SignInOptions> | undefined,
  answer?: AnswerPlace,
): Promise<string> => vault.authorize({ ...requestOf(via, given), ...answer })

/**
 * Whether a page of another origin holds this page in a frame. It may trick the user into a click, and the user
 * cannot see whose sign-in page opens.
 *
 * @see [RFC 9700 §4.16](https://www.rfc-editor.org/rfc/rfc9700#section-4.16)
 */
export function isFramedByOthers(): boolean {
  let page: Window = window
  try {
    while (page !== page.parent && page.parent.document) page = page.parent
  } catch {
    // A page of another origin cannot be read.
  }
  return page !== page.parent
}

/**
 * If a page of another origin holds this page in a frame: the origins whose pages may do so.
 *
 * @throws AuthError `unsupported` if none may
 */
function originsAround({
  via,
  frameOrigins = [],
}: Partial<SignInOptions>): readonly string[] | undefined {
  if (!isFramedByOthers()) return undefined
  if (via === 'popup' && frameOrigins.length > 0) return frameOrigins
  throw new AuthError('unsupported', 'Open the app in a tab of its own: this is a frame.')
}

/**
 * Sign in by redirect, in a popup, or in a hidden frame.
 *
 * @param popup the window that was opened in the click; `null` if the browser blocked it
 * @param onLeaving called with a function that shows the popup, or sends the browser to the server, once more
 * @returns the result, if the page stays
 * @throws AuthError `unsupported`, `aborted`, `popup_blocked`, `popup_closed`, and what `authorize`
 *   rejects with
 */
export async function signIn(
  opened: Opened,
  options: OrEvent<SignInOptions> | undefined,
  popup: Window | null | undefined,
  onLeaving: (again: () => void) => void,
): Promise<CallbackResult> {
  const { vault, config } = opened
  const given = checked(options)
  const { signal, via } = given
  const origins = originsAround(given)
  if (signal?.aborted) throw new AuthError('aborted')
  if (via === 'popup' || via === 'iframe') {
    const ask = (answer: AnswerPlace): Promise<string> => authorizeUrl(vault, via, options, answer)
    const inPopup = async (): Promise<CallbackResult> =>
      origins
        ? (await loadFramed()).signInFromFrame(popup, ask, opened, signal, onLeaving, origins)
        : (await loadPopup()).signInByPopup(popup, ask, opened, signal, onLeaving)
    const result = await (via === 'popup'
      ? inPopup()
      : (await loadFrame()).signInByFrame(ask, opened, signal))
    endedSession(config.key, result.undeleted)
    return result
  }
  const askHere = (): Promise<string> => authorizeUrl(vault, 'redirect', options)
  if (config.leave) return config.leave(askHere, signal, onLeaving)
  const url = askHere()
  const leaving = redirect(url, signal)
  url.then(
    (href) => onLeaving(leaveAgain(href, askHere)),
    () => {},
  )
  return leaving
}

/**
 * For a second call while the page is still here. If seconds have passed, the user must have chosen to stay
 * when the browser asked "leave this page?", and now wants to sign in again.
 */
function leaveAgain(href: string, ask: () => Promise<string>): () => void {
  const since = Date.now()
  const assign = (url: string): void => location.assign(url)
  return () => {
    if (Date.now() - since < 3000) return
    // A pushed request can be used once, and expires soon.
    if (href.includes('request_uri=')) ask().then(assign, () => {})
    else assign(href)
  }
}
