import type { SignInRequest } from '../../door.js'
import { refuse } from '../../lib/check.js'
import type { RequestContext } from '../context.js'
import { hintOf } from './hint.js'

/** Without empty values and repetitions. */
const distinct = (values: readonly (string | undefined)[]): string[] =>
  [...new Set(values)].filter(Boolean) as string[]

/**
 * The scope to ask for. It includes the scope of every resource, as a refresh can only get what was granted
 * here. If the user is signed in, a requested scope is added to what the session has, as the new session takes
 * its place.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)
 */
export function scopeOf({ config, session }: RequestContext, { scope }: SignInRequest): string {
  const had = session.active()?.session.scope
  const asked = had && scope !== undefined ? [config.scope, ...had, scope] : [scope ?? config.scope]
  const scopes = [...asked, ...config.resources.map((resource) => resource.scope)]
  return distinct(scopes.join(' ').split(' ')).join(' ')
}

/** The request's parameters. `flow` holds those that no option can change. */
export function queryOf(
  { config, session }: RequestContext,
  request: SignInRequest,
  flow: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const { clientId, redirectUri, resources } = config
  const targets = distinct([request.resource, ...resources.map(({ resource }) => resource)])
  const query = new URLSearchParams(targets.map((target) => ['resource', target]))
  const params = {
    ...config.params,
    // The options of this call override the option `params`.
    ...paramsOf(request, session),
    ...request.params,
    ...flow,
    client_id: clientId,
    redirect_uri: request.redirectUri ?? redirectUri,
    response_type: 'code',
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value)
  return query
}

/** The options of one call, by their names in the protocol. */
function paramsOf(
  request: SignInRequest,
  session: RequestContext['session'],
): Record<string, string> {
  const active = session.active()
  const { prompt, maxAge, acrValues, loginHint, uiLocales, authorizationDetails } = request
  const all = {
    prompt,
    // Some servers answer `prompt=none` only for a user who is named.
    id_token_hint: prompt === 'none' && active ? hintOf(active) : undefined,
    max_age: maxAge?.toString(),
    acr_values: acrValues,
    login_hint: loginHint,
    ui_locales: uiLocales,
    authorization_details: authorizationDetails && JSON.stringify(authorizationDetails),
  }
  const given = Object.entries(all).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Record<string, string>
}

export function maxAgeIn(query: URLSearchParams): number | undefined {
  const age = query.get('max_age')
  if (age !== null && !/^\d+$/.test(age)) refuse('maxAge', 'give whole seconds.')
  return age === null ? undefined : Number(age)
}

/** An endpoint may have a query of its own. The parameters of the request replace those of the same name. */
export function withQuery(endpoint: string, query: URLSearchParams): string {
  const url = new URL(endpoint)
  for (const name of new Set(query.keys())) url.searchParams.delete(name)
  for (const [name, value] of query) url.searchParams.append(name, value)
  return url.href
}
