import type { PageConfig } from '../../config.js'
import type { AnswerPlace } from '../../door.js'
import { refuse } from '../../lib/check.js'
import { channelNamed } from '../../lib/channel.js'
import { stateIn } from '../../lib/state-param.js'
import { parseUrl } from '../../lib/url.js'

/** The random characters in the `state` of a callback URL: they name the channel of its sign-in. */
export const randomIn = (href: string): string => stateIn(href)?.slice(10) ?? ''

/**
 * What a popup or frame and the page that opened it say to each other: first the callback URL; then that the page
 * has it; then where the popup must go, or an empty text.
 *
 * @param random of the `state`, which only the page, the server and the popup or frame know
 * @returns `undefined` where the browser has no channels
 */
export const channelOf = (random: string): BroadcastChannel | undefined =>
  channelNamed(`pixy-auth:popup:${random}`)

/**
 * Where the answer of a popup or frame comes. The channel reaches pages of this origin alone.
 *
 * @throws AuthError `config` for a page of another origin
 */
export function answerPlace(random: string, { popupRedirectUri: given }: PageConfig): AnswerPlace {
  if (!given) return { random }
  const { origin } = location
  const url = parseUrl(given, origin)
  if (!url || url.origin !== origin) return refuse('popupRedirectUri', `use this origin: ${origin}`)
  // Servers compare text, so an absolute one goes out as the option says it.
  return { random, redirectUri: parseUrl(given) ? given : url.href }
}
