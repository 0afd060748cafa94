import { AuthError } from './errors.js'

/** Refuse an option, by name and with the remedy. */
export function refuse(option: string, remedy: string): never {
  throw new AuthError('config', `${option}: ${remedy}`)
}

/** The URL, if it is one. `URL.canParse` of Node 20 denies hosts of other scripts once it is warm. */
export function parsed(value: string, base?: string): URL | undefined {
  try {
    return new URL(value, base)
  } catch {
    return undefined
  }
}

/** Whether tokens may travel there: https, or http that never leaves this machine. @see RFC 8252 section 8.3 */
export function isSecure({ protocol, hostname = '' }: Partial<URL> = {}): boolean {
  const loopback = /^((.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && loopback)
}

/**
 * The URL that an option gives. What starts with a slash is a path on `base`; everything else says
 * itself where it is, so that nothing ever depends on the page's current address.
 */
export function secureUrl(option: string, value: unknown, base?: string): URL {
  const at = String(value).startsWith('/') ? base : undefined
  const url = typeof value === 'string' && parsed(value, at)
  if (!url) return refuse(option, 'give a URL.')
  if (!isSecure(url)) refuse(option, 'use https, or http for localhost.')
  if (url.username || url.password || url.hash) refuse(option, 'leave out credentials, fragment.')
  return url
}

const reserved =
  /^(client_(id|secret|assertion.*)|redirect_uri|response_type|scope|resource|state|nonce|code(_.*)?|grant_type|refresh_token|request(_uri)?|dpop_jkt)$/

/** What to do instead of giving a secret. */
export const secret = 'use a public client: a page keeps no secret.'

/** Extra parameters may never override one that the flow itself sets. */
export function checkParams(option: string, params: Readonly<Record<string, unknown>> = {}): void {
  for (const [name, value] of Object.entries(params)) {
    if (/secret/i.test(name)) refuse(option, secret)
    if (reserved.test(name)) refuse(option, `"${name}" is reserved.`)
    if (typeof value !== 'string') refuse(option, `"${name}" must be a string.`)
    if (name === 'response_mode' && !/^(query|fragment)$/.test(value as string))
      refuse(option, 'use response_mode "query" or "fragment".')
  }
}
