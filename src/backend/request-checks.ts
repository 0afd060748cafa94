import { AuthError } from '../errors.js'
import { own } from '../lib/own.js'
import { parseUrl } from '../lib/url.js'
import { readText } from '../vault/token/http.js'
import { Refusal } from './answers.js'
import type { BackendContext } from './context.js'
import type { BackendSession } from './sessions.js'

/** The header that a request of the page must have. No form and no link can send it. */
export const requestHeader = 'x-pixy-auth'

const refuse = (hint: string): never => {
  throw new Refusal(403, new AuthError('config', hint))
}

/**
 * Accept only requests of the app's own page. A page of another origin cannot set the header without a preflight,
 * which this backend never answers, and cannot read an answer. The browser itself says where a request comes from. An
 * old browser does not say so for a GET: then the header alone decides.
 *
 * @see [RFC 10017 §6.1](https://www.rfc-editor.org/rfc/rfc10017)
 * @see [Fetch Metadata](https://www.w3.org/TR/fetch-metadata/)
 */
export function checkOwnPage({ headers, method }: Request, origin: string): void {
  if (headers.get(requestHeader) !== '1') refuse(`Send the header ${requestHeader}: 1.`)
  const site = headers.get('sec-fetch-site')
  const from = headers.get('origin')
  const isOwn = site ? site === 'same-origin' : from ? from === origin : method === 'GET'
  if (!isOwn || (from && from !== origin)) refuse('The request comes from another origin.')
}

/**
 * Refuse a call that the page made for one user, if another user has signed in since, in another tab.
 *
 * @throws AuthError `account_changed`
 */
export function checkUser({ headers }: Request, { id, user }: BackendSession): void {
  const caller = headers.get(`${requestHeader}-user`)
  const isSame = [id, user.sub].some((one) => one && encodeURIComponent(one) === caller)
  if (caller !== null && !isSame) throw new AuthError('account_changed')
}

/** Accept only the navigation of a browser window: no image, frame or script of any page. */
export function checkNavigation({ headers }: Request): void {
  const destination = headers.get('sec-fetch-dest') ?? 'document'
  if (destination !== 'document') refuse('Only a browser window may go there.')
}

/** Whether another site started the navigation, for example by a link. */
export const isFromElsewhere = ({ headers }: Request): boolean =>
  /^(cross-site|same-site)$/.test(headers.get('sec-fetch-site') ?? '')

export const badRequest = (hint: string): Refusal => new Refusal(400, new AuthError('config', hint))

/** The path that a reverse proxy may forward: some decode characters, join slashes and resolve dots. */
function asPassedOn({ origin, pathname }: URL): string {
  const url = new URL(origin)
  url.pathname = pathname
    .replace(/%[2-7][\da-f]/gi, (code) => decodeURIComponent(code))
    .replace(/[/\\]+/g, '/')
  return url.pathname
}

/** A URL of the app on its own origin, outside of the backend's path. @throws Refusal for any other URL */
export function placeOf({ backend: { url } }: BackendContext, returnTo: string | null): string {
  const place = parseUrl(returnTo ?? '/', url.origin)
  const isOfApp =
    place?.origin === url.origin && !`${asPassedOn(place)}/`.startsWith(`${url.pathname}/`)
  if (!isOfApp) throw badRequest('returnTo: give a path of the app.')
  return place.href
}

/** The JSON object that a page sends; an empty body counts as an empty object. */
export async function bodyOf(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(request)
  try {
    const value: unknown = JSON.parse(text || '{}')
    if (value === Object(value) && !Array.isArray(value))
      return own(value as Record<string, unknown>)
  } catch {
    // Refused below.
  }
  throw badRequest('Send a JSON object.')
}
