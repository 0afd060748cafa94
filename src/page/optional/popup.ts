import type { AnswerPlace, CallbackResult } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { Opened } from '../client.js'
import { closing, signInBy, type Way } from './answers.js'

/** A popup on its way through the sign-in. */
interface Journey {
  window: Window
  /** Whether `closed` can be believed: the link to the popup is whole. */
  isLinked: boolean
}

/** Whether the popup shows a page of another origin, whose address cannot be read. */
function isElsewhere({ location }: Window): boolean {
  try {
    return !location.href
  } catch {
    return true
  }
}

function send(journey: Journey, href: string): void {
  const { window } = journey
  // The page of the server must not reach this page. The answer comes by channel.
  window.opener = null
  window.resizeTo(480, 640)
  window.location.replace(href)
  journey.isLinked = false
}

/**
 * Whether the user has closed the popup, as the looks at it tell. A `Cross-Origin-Opener-Policy` of any page on the
 * way cuts the link, and then `closed` says so of a popup that is still open. So a popup counts as closed while this
 * page has the focus: after a moment where the link was seen to be whole, else after ten seconds.
 *
 * @see [HTML, cross-origin opener policies](https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-opener-policies)
 */
function lookAt(journey: Journey): () => boolean {
  let looks = 0
  let seen = 0
  return () => {
    const { window, isLinked } = journey
    // Three times: the page of the server is there for a moment before its policy cuts the link.
    seen = !window.closed && isElsewhere(window) ? seen + 1 : 0
    journey.isLinked ||= seen > 2
    looks = window.closed && document.hasFocus() ? looks + 1 : 0
    return looks > (isLinked ? 2 : 50)
  }
}

/**
 * Sign in by a popup.
 *
 * @param popup as it was opened in the click; `null` where the browser blocked it
 * @param ask for the authorize URL whose answer comes so
 * @param onLeaving told how to show the popup again, or to open another
 * @throws AuthError `popup_blocked`, `popup_closed`, and what `signInBy` rejects with
 */
export async function signInByPopup(
  popup: Window | null | undefined,
  ask: (answer: AnswerPlace) => Promise<string>,
  opened: Opened,
  signal: AbortSignal | undefined,
  onLeaving: (again: () => void) => void,
): Promise<CallbackResult> {
  if (!popup) throw new AuthError('popup_blocked', 'Call it in the click itself.')
  const journey: Journey = { window: popup, isLinked: true }
  const way: Way = {
    via: 'popup',
    go(href, again) {
      onLeaving(() => void showAgain(journey, href, again))
      send(journey, href)
    },
    ended: (over) => closing(over, lookAt(journey)),
    close: () => journey.window.close(),
  }
  return signInBy(way, ask, opened, signal)
}

/** The user clicked once more: a popup that can be reached comes to the front, else there is another. */
async function showAgain(
  journey: Journey,
  href: string,
  again: () => Promise<string>,
): Promise<void> {
  if (!journey.window.closed) return journey.window.focus()
  const window = open('', '', 'popup')
  if (!window) return
  Object.assign(journey, { window, isLinked: true })
  // A pushed request is good for one use.
  send(journey, href.includes('request_uri=') ? await again() : href)
}
