import {
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomState,
} from 'oauth4webapi'
import { checkParams, refuse } from '../../check.js'
import { hasOpenid, own } from '../../config.js'
import { fingerprint } from '../../digest.js'
import type { SignInRequest } from '../../door.js'
import { AuthError } from '../../errors.js'
import type { AuthorizationServer } from '../../options.js'
import { fault } from '../../remedies.js'
import type { Inside } from '../inside.js'
import type { ProofKey } from '../record.js'
import type { HeldSession } from '../session.js'
import { signer } from '../signer.js'
import { ask } from './ask.js'
import { classify } from './classify.js'
import { metadata } from './server.js'
import { transactions } from './transactions.js'

/** Without what is empty or there already. */
const distinct = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names)].filter((name) => name !== undefined && name !== '') as string[]

/** Hand the request over directly: all that the browser then takes along is its name. @see RFC 9126 */
async function push(
  inside: Inside,
  { pushed_authorization_request_endpoint: url }: AuthorizationServer,
  form: URLSearchParams,
  key: ProofKey | undefined,
): Promise<URLSearchParams> {
  const { clientId: client_id, timeout: within } = inside.config
  if (!url) throw new AuthError('unsupported', 'The server has no PAR endpoint.')
  const sign = await signer(inside, { key })
  const { json } = await ask(url, { form, within, sign }).catch((failure: unknown) => {
    throw classify(failure)
  })
  const { request_uri } = json
  if (typeof request_uri !== 'string' || !request_uri) throw fault('invalid_response')
  return new URLSearchParams({ client_id, request_uri })
}

/** What one call asks for, by the names of the wire. */
function asked(request: SignInRequest, session: HeldSession): Record<string, string> {
  const { prompt, maxAge, acrValues, loginHint, uiLocales, authorizationDetails } = request
  const all = {
    prompt,
    // Some servers answer `prompt=none` only for a user they are told.
    id_token_hint: prompt === 'none' ? session.active()?.idToken : undefined,
    max_age: maxAge?.toString(),
    acr_values: acrValues,
    login_hint: loginHint,
    ui_locales: uiLocales,
    authorization_details: authorizationDetails && JSON.stringify(authorizationDetails),
  }
  const said = Object.entries(all).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as Record<string, string>
}

/**
 * Build the authorization request: S256 challenge, `state` of 256 random bits, `nonce` with `openid`;
 * and remember what its answer will need.
 *
 * @param again it was pushed before, and the server would not know it any more
 * @throws AuthError `config`; `unsupported` for a link where the server wants pushed requests; `storage`; what
 *   discovery rejects with
 * @see RFC 6749 section 4.1.1 · RFC 7636 section 4 · RFC 9126
 */
export async function begin(inside: Inside, given: SignInRequest, again = false): Promise<string> {
  const request = own(given)
  const { config } = inside
  const { clientId: client_id, redirectUri: redirect_uri, resources } = config
  const { way, returnTo } = request
  checkParams('params', request.params)
  const server = await metadata(inside)
  const pushes = config.par || server.require_pushed_authorization_requests
  if (pushes && way === 'l')
    throw new AuthError('unsupported', 'The server wants pushed requests; a link cannot wait.')

  const codeVerifier = generateRandomCodeVerifier()
  const state = `px1${way}${await fingerprint(config)}${generateRandomState()}`
  // Every scope that some resource's own token will need must be granted now. RFC 6749 section 6.
  const scopes = [request.scope ?? config.scope, ...resources.map(({ scope }) => scope)]
  const scope = distinct(scopes.join(' ').split(' ')).join(' ')
  const nonce = hasOpenid(scope) ? generateRandomState() : undefined
  const targets = distinct([request.resource, ...resources.map(({ resource }) => resource)])
  const prover = config.dpop ? await inside.prover() : undefined
  const key = await prover?.create(server.dpop_signing_alg_values_supported)
  const params = {
    ...config.params,
    // What this call says counts for more than what every call says.
    ...asked(request, inside.session),
    ...request.params,
    client_id,
    redirect_uri,
    scope,
    state,
    nonce,
    response_type: 'code',
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    dpop_jkt: key && (await prover?.thumbprint(key)),
  }

  const query = new URLSearchParams(targets.map((target) => ['resource', target]))
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value)
  const age = query.get('max_age')
  if (age !== null && !/^\d+$/.test(age)) refuse('maxAge', 'give whole seconds.')
  const url = new URL(server.authorization_endpoint)
  let shown = query
  if (pushes) shown = await push(inside, server, query, key)
  // An endpoint may have a query of its own, but says nothing in this request's name.
  for (const name of new Set(shown.keys())) url.searchParams.delete(name)
  for (const [name, value] of shown) url.searchParams.append(name, value)
  await transactions(inside).put(state, {
    codeVerifier,
    nonce,
    server,
    redirectUri: redirect_uri,
    way,
    returnTo,
    scope,
    resource: request.resource ?? resources[0]?.resource,
    // Asked for by whichever option.
    maxAge: age === null ? undefined : Number(age),
    acrValues: query.get('acr_values') ?? undefined,
    key,
    pushed: pushes && !again ? request : undefined,
    createdAt: Date.now(),
  })
  return url.href
}
