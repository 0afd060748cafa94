import type { AnswerPlace, CallbackResult } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { Opened } from '../client.js'
import { closing, signInBy, type Way } from './answers.js'

/** A popup during a sign-in. */
interface Journey {
  window: Window
  /** Whether `closed` can be believed: the popup and this page are not cut off from each other. */
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
 * Makes the function that is called every 200 ms to say whether the user has closed the popup. A
 * `Cross-Origin-Opener-Policy` of any page on the way cuts the popup off, and then `closed` is true though the
 * popup is still open. So a popup counts as closed only while this page has the focus: after a moment if it was
 * seen not to be cut off, otherwise after ten seconds.
 *
 * @see [HTML, cross-origin opener policies](https://html.spec.whatwg.org/multipage/browsers.html#cross-origin-opener-policies)
 */
function lookAt(journey: Journey): () => boolean {
  let looks = 0
  let seen = 0
  return () => {
    const { window, isLinked } = journey
    // Three times: the page of the server can be seen for a moment before its policy cuts the popup off.
    seen = !window.closed && isElsewhere(window) ? seen + 1 : 0
    journey.isLinked ||= seen > 2
    looks = window.closed && document.hasFocus() ? looks + 1 : 0
    return looks > (isLinked ? 2 : 50)
  }
}

/**
 * Sign in by a popup.
 *
 * @param popup the window that was opened in the click; `null` if the browser blocked it
 * @param ask gives the authorize URL whose answer comes to this place
 * @param onLeaving called with a function that shows the popup again, or opens another
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

/** The user clicked once more: bring the popup to the front if it can be reached, otherwise open another. */
async function showAgain(
  journey: Journey,
  href: string,
  again: () => Promise<string>,
): Promise<void> {
  if (!journey.window.closed) return journey.window.focus()
  const window = open('', '', 'popup')
  if (!window) return
  Object.assign(journey, { window, isLinked: true })
  // A pushed request can be used once.
  send(journey, href.includes('request_uri=') ? await again() : href)
}
