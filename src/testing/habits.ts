import { empty, errorResponse, page, redirect, refuse, type ErrorResponse } from './answers.js'
import type { Proof } from './dpop.js'
import type { Call, Grant, Realm } from './realm.js'
import type { Endpoint, MockServerOptions } from './types.js'

/** The server's refusal of a request before an endpoint reads it; undefined if it does not refuse. */
export function refusalByHabit(
  realm: Realm,
  endpoint: Endpoint | 'unknown',
  { request, params }: Pick<Call, 'request' | 'params'>,
): Response | undefined {
  const { url, headers } = request
  const { maxUrl = Infinity, exactContentType } = realm.options
  if (url.length > maxUrl) return page('Request Header Fields Too Large', 431)
  const type = headers.get('content-type') ?? 'application/x-www-form-urlencoded'
  if (exactContentType && type !== 'application/x-www-form-urlencoded')
    return refuse('invalid_request', `The content type ${type} is not supported.`, 415)
  return closedTo(realm, params.get('grant_type') === 'refresh_token' ? 'refresh' : endpoint)
}

/** The answer of the token endpoint, changed to a form if this server answers with forms. */
export async function asHabit(
  { options }: Realm,
  endpoint: Endpoint | 'unknown',
  request: Request,
  answer: Response,
): Promise<Response> {
  const isAsked = request.headers.get('accept')?.includes('application/json')
  const isForm = options.form === 'always' || (options.form === 'unasked' && !isAsked)
  const isJson = answer.headers.get('content-type') === 'application/json'
  if (!isForm || !isJson || endpoint !== 'token') return answer
  const { status, headers } = answer
  headers.set('content-type', 'application/x-www-form-urlencoded; charset=utf-8')
  const members = Object.entries((await answer.json()) as object)
  const form = new URLSearchParams(members.map(([name, value]) => [name, String(value)]))
  return new Response(form.toString(), { status, headers })
}

/** The URL of the browser's next visit to the endpoint, if this server wants several before it answers. */
export function nextVisit({ options }: Realm, href: string): URL | undefined {
  const url = new URL(href)
  const visit = Number(url.searchParams.get('visit') ?? 1)
  if (visit >= (options.visits ?? 1)) return undefined
  url.searchParams.set('visit', String(visit + 1))
  return url
}

/** The server's refusal of a well-formed sign-in: it requires a nonce, a known scope, or the user to be present. */
export function refusalOfSignIn(
  realm: Realm,
  params: URLSearchParams,
): ErrorResponse | Response | undefined {
  const { options } = realm
  const { silent, requireNonce, scopes } = options
  const scope = params.get('scope')?.split(' ') ?? []
  if (requireNonce && scope.includes('openid') && !params.get('nonce'))
    return errorResponse('invalid_request', 'The nonce is missing.')
  if (scopes?.others === 'refused' && !isKnown(scopes, scope))
    return errorResponse('invalid_scope', 'A scope is not known.')
  if (!knowsAudiences(realm, params))
    return errorResponse('invalid_request', 'The audience is not known.')
  return unasking(silent, params)
}

/** The last grant that covers this scope, if this server remembers grants and the request does not ask for consent. */
export function remembered(
  { options, grants }: Realm,
  params: URLSearchParams,
  asked: string[],
): Pick<Grant, 'subject' | 'claims'> | undefined {
  if (!options.remembersConsent || words(params.get('prompt')).includes('consent')) return undefined
  const found = [...grants].findLast(
    ({ clientId, scope }) =>
      clientId === params.get('client_id') && asked.every((word) => scope.includes(word)),
  )
  return found && { subject: found.subject, claims: found.claims }
}

/** The words of a parameter, each once. */
export const words = (text: string | null): string[] => [
  ...new Set(text?.split(' ').filter(Boolean)),
]

/** The APIs that a request names by `audience`; none if this server ignores that parameter. */
export const audiencesIn = ({ options }: Realm, params: URLSearchParams): string[] =>
  options.audiences ? words(params.get('audience')) : []

const knowsAudiences = (realm: Realm, params: URLSearchParams): boolean =>
  audiencesIn(realm, params).every((audience) => realm.options.audiences?.includes(audience))

const isKnown = ({ known }: NonNullable<MockServerOptions['scopes']>, scope: string[]): boolean =>
  scope.every((word) => known.includes(word))

/** Whether this server gives a code for such a scope, and then refuses to exchange the code. */
export const isRefusedLate = ({ options: { scopes } }: Realm, { scope }: Grant): boolean =>
  scopes?.others === 'late' && !isKnown(scopes, scope)

/** The result for a proof that this server ignores, or refuses in a refresh; undefined if the server checks proofs. */
export function unbound(
  { options }: Realm,
  { request, params }: Pick<Call, 'request' | 'params'>,
): Proof | undefined {
  const { ignored } = options.dpop ?? {}
  const isRefused = params.get('grant_type') === 'refresh_token' && request.headers.has('dpop')
  return ignored === 'at-refresh' && isRefused
    ? { refusal: errorResponse('invalid_dpop_proof', 'The refresh token is not bound.') }
    : ignored && {}
}

function unasking(
  silent: MockServerOptions['silent'],
  params: URLSearchParams,
): ErrorResponse | Response | undefined {
  const isNamed = silent === 'wants-hint' && params.has('id_token_hint')
  return !silent || isNamed || params.get('prompt') !== 'none' ? undefined : unasked[silent]()
}

const unasked = {
  page: () => page('Sign in'),
  fails: () => page('Internal Server Error', 500),
  login_required: () => errorResponse('login_required', ''),
  'wants-hint': () => errorResponse('invalid_request', 'id_token_hint is mandatory.'),
}

/** The answer of a server that accepts no public client at this endpoint. */
function closedTo({ options, issuer }: Realm, what: string): Response | undefined {
  const closed: Readonly<Record<string, string>> = options.closed ?? {}
  const how = closed[what]
  if (!how) return undefined
  if (how === 'login-page') return redirect(new URL(`${issuer}/login`))
  return empty(401)
}
