import type { AuthErrorCode } from '../../errors.js'
import { mark } from '../request.js'

/** An answer in the format of `createBackend`, which the page expects. */
export const answer = (json: object, status = 200): Response =>
  new Response(JSON.stringify(json), { status, headers: { [mark]: '1' } })

/** A refusal in the same format. */
export const refusal = (code: AuthErrorCode, hint: string, status = 400): Response =>
  answer({ error: { code, hint } }, status)

/** A request of the page to a route of `createBackend`. */
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

/** The answer to a request that needs a session, if there is none. */
export const noSession = (): Response => refusal('session_ended', 'It has no session.', 401)

/** The answer if there is no session. That is an error only for a request to renew it, or to get the user's claims. */
export const signedOut = ({ body }: Asked): Response =>
  Object.keys(body).length > 0 ? noSession() : answer({ status: 'signed-out' })

/** Ask a backend of another make for JSON. The browser does not follow a redirect, and shows no script its content. */
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

/** The error for an answer that is not expected: the backend is down, or something else answers in its place. */
export const unexpected = ({ status }: Response, path: string): Response =>
  status >= 500
    ? refusal('server_error', `Its status was ${status}.`, 502)
    : refusal('invalid_response', `The status of ${path} was ${status}.`, 502)

/** The server's parameter for each option of a sign-in, if its name differs. */
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

/** The path of the app where the user lands after a sign-in. Two slashes at its start would name another host. */
export function pathOf(url: URL): string {
  const { pathname, search, hash } = new URL(url.searchParams.get('returnTo') ?? '/', url)
  return pathname.replace(/^\/+/, '/') + search + hash
}
