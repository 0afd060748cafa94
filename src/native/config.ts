import { resolveConfig, type Config, type Leave } from '../config.js'
import { refuse } from '../lib/check.js'
import { own } from '../lib/own.js'
import type { NativeAuthOptions } from './options.js'
import { checkedUri } from './redirect-uri.js'

/** The options, checked, with their defaults. */
export interface NativeConfig extends Config {
  /** Where the system opens the app. `redirectUri` is the page itself, to which no server sends an answer. */
  readonly appUri: string
}

// No frame or window of the page sees an answer that the system gives to the app.
const unfit = ['popupRedirectUri', 'restore']

// A path has no origin of its own in a shell.
const noOrigin = 'https://a.invalid'

/**
 * Check the options.
 *
 * @param base the page's URL
 * @throws AuthError `config`, naming the option and the remedy
 */
export function resolveNativeConfig(
  given: NativeAuthOptions,
  leave: Leave,
  base: string = noOrigin,
): NativeConfig {
  const options = own(given ?? refuse('options', 'give an object.'))
  const { openUrl, redirectUri, postLogoutRedirectUri: after, ...rest } = options
  if (typeof openUrl !== 'function') refuse('openUrl', 'give a function.')
  for (const name of unfit) if (name in rest) refuse(name, 'leave it out in an app shell.')
  if ((rest.stepUp as string) === 'popup') refuse('stepUp', 'give "reject" or "redirect".')
  const appUri = checkedUri('redirectUri', redirectUri)
  const config = resolveConfig({ ...rest, redirectUri: '/' })
  if (config.resources.some(({ url }) => url.origin === noOrigin))
    refuse('resources', 'give absolute URLs.')
  return Object.freeze(
    own({
      ...config,
      redirectUri: base.replace(/[?#].*/, ''),
      postLogoutRedirectUri: after && checkedUri('postLogoutRedirectUri', after),
      appUri,
      leave,
    }),
  )
}
