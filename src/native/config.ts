import { resolveConfig, type Config, type Leave } from '../config.js'
import { refuse } from '../lib/check.js'
import { own } from '../lib/own.js'
import type { NativeAuthOptions } from './options.js'
import { checkedUri } from './redirect-uri.js'

/** The options, checked, with their defaults. */
export interface NativeConfig extends Config {
  /** The URI by which the system opens the app. `redirectUri` is the page's own URL: no server sends an answer there. */
  readonly appUri: string
}

// These need an answer in a frame or window of the page. In a shell the system gives the answer to the app.
const unfit = ['popupRedirectUri', 'restore']

// Base for paths. In a shell a path has no origin, so a resource that resolves to this one is refused.
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
