import type { AuthErrorCode } from '../../errors.js'
import { mark } from '../request.js'

/** An answer as the page expects it of `createBackend`. */
export const answer = (json: object, status = 200): Response =>
  new Response(JSON.stringify(json), { status, headers: { [mark]: '1' } })

/** The same for a refusal. */
export const refusal = (code: AuthErrorCode, hint: string, status = 400): Response =>
  answer({ error: { code, hint } }, status)

/** What a page asks of a backend, by the URL of the route and what is sent to it. */
export interface Asked {
  /** The path of the backend, without a slash at its end. */
  readonly base: string
  readonly route: string
  readonly body: Readonly<Record<string, unknown>>
  readonly signal: AbortSignal | null | undefined
}

export function askedOf(url: string, { body, signal }: RequestInit): Asked {
  const [, base = '', route = ''] = /^(.*)\/(session|token|sign-out)$/.exec(url) ?? []
  const json = typeof body === 'string' ? (JSON.parse(body) as Asked['body']) : {}
  return { base, route, body: json, signal }
}

/** A request that needs a session, where there is none. */
export const noSession = (): Response => refusal('session_ended', 'It has no session.', 401)

/** No session is there: that is no error, unless one was to be renewed or asked of UserInfo. */
export const signedOut = ({ body }: Asked): Response =>
  Object.keys(body).length > 0 ? noSession() : answer({ status: 'signed-out' })

/** Ask a backend of another make for JSON. A redirect is an answer that no script sees. */
export const ask = (
  url: string,
  { signal = null, ...init }: Omit<RequestInit, 'signal'> & Partial<Pick<Asked, 'signal'>>,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url, {
    ...init,
    signal,
    headers: { accept: 'application/json', ...headers },
    cache: 'no-store',
    redirect: 'manual',
  })

/** What none of the answers that are expected is: a server that is down, or something else in its place. */
export const unexpected = ({ status }: Response, path: string): Response =>
  status >= 500
    ? refusal('server_error', `Its status was ${status}.`, 502)
    : refusal('invalid_response', `The status of ${path} was ${status}.`, 502)

/** The names of the server for the options of a sign-in. */
const names: Readonly<Record<string, string>> = {
  acrValues: 'acr_values',
  authorizationDetails: 'authorization_details',
  loginHint: 'login_hint',
  maxAge: 'max_age',
  uiLocales: 'ui_locales',
}

/** The options of a sign-in as parameters of an authorization request. */
export function paramsOf(url: URL): URLSearchParams {
  const { returnTo: _, params = '{}', ...options } = Object.fromEntries(url.searchParams)
  const entries = Object.entries(options).map(([name, value]) => [names[name] ?? name, value])
  return new URLSearchParams({
    ...(JSON.parse(params) as Record<string, string>),
    ...(Object.fromEntries(entries) as Record<string, string>),
  })
}

/** Where the user is to be afterwards: a path of the app. Two slashes at its start would name another host. */
export function pathOf(url: URL): string {
  const { pathname, search, hash } = new URL(url.searchParams.get('returnTo') ?? '/', url)
  return pathname.replace(/^\/+/, '/') + search + hash
}
