import { channelNamed } from '../../lib/channel.js'
import { stateIn } from '../../lib/state-param.js'

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
