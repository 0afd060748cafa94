import type { AnswerPlace, CallbackResult } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { Opened } from '../client.js'
import { aborting, arriving, finish, type Channel } from './answers.js'
import { answerPlace } from './popup-channel.js'

const severed =
  'It was closed, or a `Cross-Origin-Opener-Policy` of the app or the server cut it off from this frame.'

/**
 * Whether all pages around this frame are listed. A browser that does not tell of them counts as no: who a
 * frame came from does not say in whose page it is.
 */
function isListed(origins: readonly string[]): boolean {
  const { ancestorOrigins } = location
  const all = [...(ancestorOrigins ?? ['null'])]
  return all.every((one) => one !== 'null' && [location.origin, ...origins].includes(one))
}

/**
 * Messages between this frame and its popup: a channel does not lead out of the storage partition of a frame.
 *
 * @see [RFC 9700 §4.18](https://www.rfc-editor.org/rfc/rfc9700#section-4.18)
 */
function channelTo(popup: Window, signal: AbortSignal): Channel {
  const { origin } = location
  const channel: Channel = {
    onmessage: null,
    // By this window's own function, so that it counts as the source.
    postMessage: (data) => postMessage.call(popup, data, { targetOrigin: origin }),
  }
  const hear = (event: MessageEvent): void => {
    if (event.origin === origin && event.source === popup) channel.onmessage?.(event)
  }
  addEventListener('message', hear, { signal })
  return channel
}

/** Rejects when the popup is closed, or cannot be reached any more. */
const closing = (popup: Window, signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const look = (): void => {
      if (popup.closed) reject(new AuthError('popup_closed', severed))
    }
    const timer = setInterval(look, 200)
    signal.addEventListener('abort', () => clearInterval(timer))
  })

/**
 * Sign in by a popup, from a frame in a page of another origin. The popup brings the callback URL alone: the code
 * is exchanged here, in the storage of the frame.
 *
 * @param origins of the pages that may hold the frame
 * @throws AuthError `unsupported` in any other page, `popup_blocked`, `popup_closed`, `aborted`, and what `ask`
 *   rejects with
 */
export async function signInFromFrame(
  popup: Window | null | undefined,
  ask: (answer: AnswerPlace) => Promise<string>,
  { vault, config }: Opened,
  signal: AbortSignal | undefined,
  origins: readonly string[],
): Promise<CallbackResult> {
  if (!isListed(origins))
    throw new AuthError('unsupported', 'The page around this frame is not in `frameOrigins`.')
  if (!popup) throw new AuthError('popup_blocked', 'Call it in the click itself.')
  const random = crypto.randomUUID()
  const over = new AbortController()
  const channel = channelTo(popup, over.signal)
  const ended = Promise.race([closing(popup, over.signal), aborting(signal)])
  ended.catch(() => {})
  try {
    popup.location.replace(await Promise.race([ask(answerPlace(random, config)), ended]))
    return await finish(channel, vault, () =>
      Promise.race([arriving(channel, 'popup', random), ended]),
    )
  } finally {
    over.abort()
    popup.close()
  }
}
