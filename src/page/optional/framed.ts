import type { AnswerPlace, CallbackResult } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { Opened } from '../client.js'
import { closing, signInBy, type Channel, type Way } from './answers.js'

const severed =
  'It was closed, or a `Cross-Origin-Opener-Policy` of the app or the server cut it off from this frame.'

/**
 * Whether the origins of all pages around this frame are listed. If the browser does not name these origins,
 * they count as not listed: the referrer does not say whose page the frame is in.
 */
function isListed(origins: readonly string[]): boolean {
  const { ancestorOrigins } = location
  const all = [...(ancestorOrigins ?? ['null'])]
  return all.every((one) => one !== 'null' && [location.origin, ...origins].includes(one))
}

/**
 * The messages between this frame and its popup. A BroadcastChannel cannot carry them: it does not lead out of
 * the storage partition of the frame.
 *
 * @see [RFC 9700 §4.18](https://www.rfc-editor.org/rfc/rfc9700#section-4.18)
 */
function channelTo(popup: Window): Channel {
  const { origin } = location
  const hear = (event: MessageEvent): void => {
    if (event.origin === origin && event.source === popup) channel.onmessage?.(event)
  }
  const channel: Channel = {
    onmessage: null,
    // By this window's own function, so that this window is the `source` of the message.
    postMessage: (data) => postMessage.call(popup, data, { targetOrigin: origin }),
    close: () => removeEventListener('message', hear),
  }
  addEventListener('message', hear)
  return channel
}

/**
 * Sign in by a popup, from a frame in a page of another origin. The session is kept in the storage of the
 * frame.
 *
 * @param onLeaving called with a function that shows the popup again
 * @param origins the origins of the pages that may hold the frame
 * @throws AuthError `unsupported` in any other page, `popup_blocked`, `popup_closed`, and what `signInBy` rejects with
 */
export async function signInFromFrame(
  popup: Window | null | undefined,
  ask: (answer: AnswerPlace) => Promise<string>,
  opened: Opened,
  signal: AbortSignal | undefined,
  onLeaving: (again: () => void) => void,
  origins: readonly string[],
): Promise<CallbackResult> {
  if (!isListed(origins))
    throw new AuthError('unsupported', 'The page around this frame is not in `frameOrigins`.')
  if (!popup) throw new AuthError('popup_blocked', 'Call it in the click itself.')
  const way: Way = {
    via: 'popup',
    channel: () => channelTo(popup),
    go(href) {
      popup.location.replace(href)
      onLeaving(() => popup.focus())
    },
    ended: (over) => closing(over, () => popup.closed, severed),
    close: () => popup.close(),
  }
  return signInBy(way, ask, opened, signal)
}
