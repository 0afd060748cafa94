import { errorResponse, page, redirect, type ErrorResponse } from './answers.js'
import { refusalOf, takeRequest, untrusted } from './authorization-request.js'
import { randomToken } from './bytes.js'
import { metadataOf } from './metadata.js'
import { audiencesIn, nextVisit, refusalOfSignIn, remembered, words } from './habits.js'
import type { Call, Grant, Realm } from './realm.js'
import type { Consent } from './types.js'

type Allowed = Exclude<Consent, { error: string } | { page: string }>

/**
 * The authorization endpoint. There is no login page: the user signs in and consents at once, or
 * answers as `consent` says.
 *
 * @see [RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)
 */
export async function authorize(realm: Realm, call: Call): Promise<Response> {
  const next = nextVisit(realm, call.request.url)
  if (next) return redirect(next)
  const params = takeRequest(realm, call.params)
  if (!(params instanceof URLSearchParams)) return page(params.error_description, 400)
  const problem = untrusted(realm, params)
  if (problem) return page(problem, 400)
  const answer =
    refusalOf(params) ?? refusalOfSignIn(realm, params) ?? (await decide(realm, params))
  if (answer instanceof Response) return answer
  return sendBack(realm, params, { ...answer })
}

async function decide(
  realm: Realm,
  params: URLSearchParams,
): Promise<{ code: string } | ErrorResponse | Response> {
  const { consent } = realm
  const decision =
    remembered(realm, params, granted(realm, params, {})) ??
    (typeof consent === 'function' ? await consent(params) : consent)
  if ('page' in decision) return page(decision.page)
  if ('error' in decision) {
    return errorResponse(decision.error, decision.errorDescription ?? '')
  }
  return { code: issueCode(realm, params, grantFor(realm, params, decision)) }
}

function grantFor(realm: Realm, params: URLSearchParams, allowed: Allowed): Grant {
  const claims = { ...realm.options.claims, ...allowed.claims }
  const acr = params.get('acr_values')?.split(' ')[0]
  const grant: Grant = {
    clientId: params.get('client_id') ?? '',
    subject: allowed.subject ?? String(claims['sub'] ?? 'user-1'),
    claims: allowed.claims ?? {},
    scope: granted(realm, params, allowed),
    resources: [...params.getAll('resource'), ...audiencesIn(realm, params)],
    authTime: Math.floor(Date.now() / 1000),
    ...(acr ? { acr } : {}),
    sid: randomToken(),
    revoked: false,
  }
  realm.grants.add(grant)
  return grant
}

function granted({ options }: Realm, params: URLSearchParams, allowed: Allowed): string[] {
  const scope = words(allowed.scope ?? params.get('scope'))
  const isIgnored = options.consentForOffline && !words(params.get('prompt')).includes('consent')
  const { known = scope } = options.scopes?.others === 'late' ? {} : (options.scopes ?? {})
  return scope
    .filter((word) => known.includes(word))
    .filter((word) => !isIgnored || word !== 'offline_access')
}

function issueCode(realm: Realm, params: URLSearchParams, grant: Grant): string {
  const code = randomToken()
  const nonce = params.get('nonce')
  const jkt = realm.options.dpop?.ignored ? null : params.get('dpop_jkt')
  realm.secrets.add(code)
  realm.codes.set(code, {
    grant,
    redirectUri: params.get('redirect_uri') ?? '',
    challenge: params.get('code_challenge') ?? '',
    ...(nonce === null ? {} : { nonce }),
    ...(jkt === null ? {} : { jkt }),
    used: false,
  })
  return code
}

/**
 * Send the answer to the client, with `state` and, where the metadata announces it, `iss`.
 *
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 * @see [RFC 9207 §2](https://www.rfc-editor.org/rfc/rfc9207#section-2)
 */
function sendBack(realm: Realm, params: URLSearchParams, answer: Record<string, string>): Response {
  const url = new URL(params.get('redirect_uri') ?? '')
  const fragment = params.get('response_mode') === 'fragment'
  const target = fragment ? new URLSearchParams() : url.searchParams
  const state = params.get('state')
  const all = { ...answer, ...(answer['code'] && realm.options.callbackParams) }
  for (const [name, value] of Object.entries(all)) if (value) target.set(name, value)
  if (state !== null) target.set('state', state)
  if (metadataOf(realm).authorization_response_iss_parameter_supported === true) {
    target.set('iss', realm.issuer)
  }
  if (fragment) url.hash = target.toString()
  return redirect(url)
}
