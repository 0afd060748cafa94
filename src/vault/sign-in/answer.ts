import { AuthError, toData, type ErrorData } from '../../errors.js'
import { stateIn } from '../../lib/state-param.js'
import type { Transaction } from './transactions.js'

/**
 * The server's answer in a callback URL: its fragment (`response_mode=fragment`), or its query without
 * the parameters of the redirect URI itself.
 *
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 */
export function readAnswer(href: string, redirectUri: string): URLSearchParams {
  const { searchParams, hash } = new URL(href)
  if (stateIn(hash)) return new URLSearchParams(hash.slice(1))
  const own = new URL(redirectUri).searchParams
  return new URLSearchParams(
    [...searchParams].filter(([name, value]) => !own.getAll(name).includes(value)),
  )
}

// RFC 6749 §4.1.2.1, OpenID Connect Core §3.1.2.6, RFC 8707 §2, RFC 9396 §5.
const errors =
  /^(access_denied|server_error|temporarily_unavailable|unauthorized_client|unsupported_response_type|unmet_authentication_requirements|invalid_(request(_uri|_object)?|scope|target|authorization_details)|(interaction|login|consent|account_selection)_required|(request(_uri)?|registration)_not_supported)$/

/** Whether an authorization endpoint may answer with this error. */
export const isNamed = (error: string | null): boolean => errors.test(error ?? '')

/** Whether a URL is the redirect URI, with more parameters. */
export function isAt(url: string, redirectUri: string): boolean {
  const [here, there] = [new URL(url), new URL(redirectUri)]
  const hasAll = [...there.searchParams].every(([name, value]) =>
    here.searchParams.getAll(name).includes(value),
  )
  return here.pathname === there.pathname && hasAll
}

/** A path without what web hosts add and drop: its case, `.html`, `index.html`, a slash at the end. */
const bare = (url: string): string =>
  new URL(url).pathname.toLowerCase().replace(/(\/index)?(\.html?)?\/*$/, '')

/**
 * An answer may come to another path than the redirect URI only if it names its server (`iss`), or if the two
 * paths differ only in what `bare` drops. Otherwise that path may be the redirect URI of another server, whose
 * code must not go to this one.
 *
 * @throws AuthError `config`
 * @see [RFC 9700 §4.4.2.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2.2)
 */
export function checkPlace(
  url: string,
  answer: URLSearchParams,
  { redirectUri }: Transaction,
): void {
  if (!answer.has('iss') && bare(url) !== bare(redirectUri)) throw new AuthError('config')
}

/** The error. If the answer did not come to the redirect URI, its hint says where it came. */
export function toldOfPlace(
  error: AuthError,
  url: string,
  { redirectUri }: Partial<Transaction> = {},
): ErrorData {
  const data = toData(error)
  const { origin, pathname } = new URL(url)
  const there = redirectUri && new URL(redirectUri)
  if (!there || there.pathname === pathname) return data
  const place = `The answer came to "${origin}${pathname}", but "${there.origin}${there.pathname}" is registered.`
  return { ...data, hint: `${data.hint ?? ''} ${place}`.trim() }
}
