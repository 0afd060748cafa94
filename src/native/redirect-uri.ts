import { refuse } from '../lib/check.js'
import { readState, stateIn } from '../lib/state-param.js'
import { isSecure, parseUrl } from '../lib/url.js'

/**
 * Whether the scheme of a URI leads to an app of the system. The dot keeps out `javascript:`, `file:`, `intent:` and
 * every other scheme that is not a reversed domain.
 *
 * @see [RFC 8252 §7.1](https://www.rfc-editor.org/rfc/rfc8252#section-7.1)
 */
const isPrivateUse = ({ protocol }: URL): boolean => /^[a-z][\w+-]*(\.[\w+-]+)+:$/.test(protocol)

/**
 * A URI by which the system opens the app, as it is registered.
 *
 * @throws AuthError `config`
 */
export function checkedUri(option: string, value: unknown): string {
  const url = typeof value === 'string' ? parseUrl(value) : undefined
  if (!url) return refuse(option, 'give a URL, such as "com.example.app:/callback".')
  if (!isPrivateUse(url) && !isSecure(url))
    refuse(
      option,
      'use a scheme that is a domain of yours reversed, such as "com.example.app:/callback", https, or http for localhost.',
    )
  if (url.username || url.password || url.hash) refuse(option, 'leave out credentials, fragment.')
  return value as string
}

/** The path without a slash at its end, which some systems and servers add. */
const pathOf = ({ pathname }: URL): string => pathname.replace(/\/+$/, '')

/**
 * The scheme and host of a URL. On loopback the port is left out: the app listens on any port that is free.
 *
 * @see [RFC 8252 §7.3](https://www.rfc-editor.org/rfc/rfc8252#section-7.3)
 */
const placeOf = ({ protocol, host, hostname }: URL): string =>
  `${protocol}//${protocol === 'http:' ? hostname : host}`

/**
 * Whether a URL may be the server's answer to a sign-in: it is the redirect URI with more parameters, and is not the
 * answer to a sign-out.
 */
export function isAnswer(href: string, redirectUri: string): boolean {
  const [url, registered] = [parseUrl(href), new URL(redirectUri)]
  if (!url || placeOf(url) !== placeOf(registered) || pathOf(url) !== pathOf(registered))
    return false
  return readState(stateIn(href))?.purpose !== 'sign-out'
}
