import type { PageConfig } from '../../config.js'
import type { AnswerPlace, CallbackResult, Via } from '../../door.js'
import { AuthError } from '../../errors.js'
import { refuse } from '../../lib/check.js'
import { readState, stateIn } from '../../lib/state-param.js'
import { parseUrl } from '../../lib/url.js'
import type { Opened } from '../client.js'
import { aborting } from '../sign-in/ways/redirect.js'
import { channelOf, randomIn } from './popup-channel.js'

/** The channel that an answer comes on. */
export interface Channel {
  onmessage: ((event: MessageEvent) => unknown) | null
  postMessage(data: unknown): void
  close(): void
}

/** A popup or frame in which the server signs the user in. */
export interface Way {
  readonly via: Via
  /** The channel of its messages, if that is not the BroadcastChannel named after the `state`. */
  channel?(): Channel
  /**
   * Go to the server.
   *
   * @param again asks for another authorize URL
   */
  go(href: string, again: () => Promise<string>): void
  /**
   * Rejects once no answer can come any more.
   *
   * @param over aborted when the sign-in has ended
   */
  ended(over: AbortSignal): Promise<never>
  close(): void
}

/** Check every 200 ms whether the popup is closed, and then reject with `popup_closed`. */
export const closing = (
  over: AbortSignal,
  isClosed: () => boolean,
  hint?: string,
): Promise<never> =>
  new Promise((_, reject) => {
    const look = (): void => {
      if (isClosed()) reject(new AuthError('popup_closed', hint))
    }
    const timer = setInterval(look, 200)
    over.addEventListener('abort', () => clearInterval(timer))
  })

/** Resolves to the callback URL that the popup or frame sends. Any other message on the channel is ignored. */
const arriving = (channel: Channel, via: Via, random: string): Promise<string> =>
  new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      if (typeof data !== 'string' || randomIn(data) !== random) return
      if (readState(stateIn(data))?.purpose === via) resolve(data)
    }
  })

/**
 * The place where the answer of a popup or frame comes. The channel only reaches pages of this origin.
 *
 * @throws AuthError `config` for a page of another origin
 */
function answerPlace(random: string, { popupRedirectUri: given }: PageConfig): AnswerPlace {
  if (!given) return { random }
  const { origin } = location
  const url = parseUrl(given, origin)
  if (!url || url.origin !== origin) return refuse('popupRedirectUri', `use this origin: ${origin}`)
  // Servers compare it as text, so an absolute URL is sent exactly as the app wrote it.
  return { random, redirectUri: parseUrl(given) ? given : url.href }
}

/**
 * Sign in by a popup or frame, which only sends the callback URL here. This page exchanges the code. The server
 * may then need the popup or frame once more.
 *
 * @param ask gives the authorize URL whose answer comes to this place
 * @throws AuthError `unsupported`, `aborted`, `config`, `unknown_transaction`, and what the way and `ask` reject with
 */
export async function signInBy(
  way: Way,
  ask: (answer: AnswerPlace) => Promise<string>,
  { vault, config }: Opened,
  signal: AbortSignal | undefined,
): Promise<CallbackResult> {
  const random = crypto.randomUUID()
  const place = answerPlace(random, config)
  const channel = way.channel?.() ?? channelOf(random)
  if (!channel) throw new AuthError('unsupported', 'This browser has no BroadcastChannel.')
  const over = new AbortController()
  const ended = Promise.race([way.ended(over.signal), aborting(signal)])
  const again = (): Promise<string> => ask(place)
  try {
    way.go(await Promise.race([again(), ended]), again)
    for (;;) {
      const href = await Promise.race([arriving(channel, way.via, random), ended])
      channel.postMessage('taken')
      const result = await vault.callback(href)
      channel.postMessage(result?.retryUrl ?? '')
      if (!result) throw new AuthError('unknown_transaction')
      if (!result.retryUrl) return result
    }
  } finally {
    over.abort()
    channel.close()
    way.close()
  }
}
