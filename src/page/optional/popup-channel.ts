import { channelNamed } from '../../lib/channel.js'
import { stateIn } from '../../lib/state-param.js'

/** The random characters in the `state` of a callback URL: they name the channel of its sign-in. */
export const randomIn = (href: string): string => stateIn(href)?.slice(10) ?? ''

/**
 * The channel between a popup or frame and the page that opened it. Its messages are: the callback URL; that
 * the page has taken it; then the URL that the popup must go to, or an empty text.
 *
 * @param random the random part of the `state`, which only the page, the server and the popup or frame know
 * @returns `undefined` where the browser has no channels
 */
export const channelOf = (random: string): BroadcastChannel | undefined =>
  channelNamed(`pixy-auth:popup:${random}`)
