import { AuthError } from '../errors.js'
import { isSecure, parseUrl } from './url.js'

/** Throw `config` for an option: name it, and say what to do. */
export function refuse(option: string, remedy: string): never {
  throw new AuthError('config', `${option}: ${remedy}`)
}

/** What to do instead of giving a secret. */
export const noSecret = 'use a public client: a page keeps no secret.'

export const noSuchOption = 'no such option.'

/**
 * Refuse an option that is not of its type, or that does not exist.
 *
 * @param types what each option must be: of a type, or one of some values
 * @param unknown called with the name of an option that is not among them
 */
export function checkTypes(
  options: object,
  types: Readonly<Record<string, string>>,
  unknown = (name: string): never => refuse(name, noSuchOption),
): void {
  for (const [name, value] of Object.entries(options)) {
    // Without a prototype, as an inherited name such as `constructor` is no option.
    const type =
      ({ __proto__: null, ...types } as Record<string, string | null>)[name] ?? unknown(name)
    const is = Array.isArray(value) ? 'list' : typeof value
    const fits = type.includes(is) || (is === 'string' && type.includes(JSON.stringify(value)))
    if (value === null || (value !== undefined && !fits)) refuse(name, `give ${type}.`)
  }
}

/**
 * The URL that an option gives. Text that begins with a slash is a path on `base`. Any other text must be an
 * absolute URL, so that nothing depends on the current address of the page.
 */
export function secureUrl(option: string, value: unknown, base?: string): URL {
  const url = typeof value === 'string' && parseUrl(value, value.startsWith('/') ? base : undefined)
  if (!url) return refuse(option, 'give a URL.')
  if (!isSecure(url)) refuse(option, 'use https, or http for localhost.')
  if (url.username || url.password || url.hash) refuse(option, 'leave out credentials, fragment.')
  return url
}

const reserved =
  /^(client_(id|secret|assertion.*)|redirect_uri|response_type|scope|resource|state|nonce|code(_.*)?|grant_type|refresh_token|request(_uri)?|dpop_jkt)$/

/** Refuse extra parameters that the flow sets itself, and those that a page must not send. */
export function checkParams(option: string, params: Readonly<Record<string, unknown>> = {}): void {
  for (const [name, value] of Object.entries(params)) {
    if (/secret/i.test(name)) refuse(option, noSecret)
    if (reserved.test(name)) refuse(option, `"${name}" is reserved.`)
    if (typeof value !== 'string') refuse(option, `"${name}" must be a string.`)
    if (name === 'response_mode' && !/^(query|fragment)$/.test(value as string))
      refuse(option, 'use response_mode "query" or "fragment".')
  }
}
