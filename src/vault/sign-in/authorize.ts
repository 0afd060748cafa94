import { generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi'
import { hasOpenid, type VaultConfig } from '../../config.js'
import type { SignInRequest } from '../../door.js'
import { checkParams, refuse } from '../../lib/check.js'
import { fingerprintOf } from './fingerprint.js'
import { own } from '../../lib/own.js'
import { writeState } from '../../lib/state-param.js'
import type { AuthorizationServer } from '../../options.js'
import type { RequestContext, VaultContext } from '../context.js'
import type { Asked, ProofKey } from '../record.js'
import { hashOf } from '../token/encoding.js'
import { discover } from './discovery.js'
import { consentHelps, promptIn } from './offline-access.js'
import { mustPush, push } from './par.js'
import { maxAgeIn, queryOf, scopeOf, withQuery } from './parameters.js'
import { transactions, type Transaction } from './transactions.js'

/**
 * Build the authorization request, and remember what its answer will need.
 *
 * @throws AuthError `config`; `unsupported` for a link where the server wants pushed requests;
 *   `storage`; what discovery rejects with
 * @see [RFC 6749 §4.1.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1)
 * @see [RFC 7636 §4](https://www.rfc-editor.org/rfc/rfc7636#section-4)
 */
export async function authorize(context: VaultContext, given: SignInRequest): Promise<string> {
  return leaveWith(context, await authorizationRequest(context, given))
}

/**
 * Store what the answer will need, just before the browser leaves.
 *
 * @throws AuthError `storage`
 */
export async function leaveWith(
  context: VaultContext,
  { url, state, transaction }: AuthorizationRequest,
): Promise<string> {
  const { server, via } = transaction
  // Noted before `createdAt`, from which time on the user is at the server.
  context.notes.note('authorize', server.authorization_endpoint, via)
  await transactions(context).put(state, { ...transaction, createdAt: Date.now() })
  return url
}

/** An authorization request, and what its answer will need. */
export interface AuthorizationRequest {
  readonly url: string
  readonly state: string
  readonly transaction: Transaction
  /** Seconds that the server keeps it, where it was pushed: as the answer says. */
  readonly expiresIn: number | undefined
}

/**
 * As `authorize`, for a caller that stores by itself what the answer will need.
 *
 * @throws AuthError as `authorize` does, except `storage`
 */
export async function authorizationRequest(
  context: RequestContext,
  given: SignInRequest,
): Promise<AuthorizationRequest> {
  const request = own(given)
  const { config, notes } = context
  notes.note('click', request)
  checkParams('params', request.params)
  checkEnds(config)
  const scope = scopeOf(context, request)
  const codeVerifier = generateRandomCodeVerifier()
  // In parallel, as a click waits for all of it.
  const [server, fingerprint, code_challenge, helps] = await Promise.all([
    discover(context),
    fingerprintOf(config),
    // The function of oauth4webapi fails under jsdom, whose buffers are of another realm.
    hashOf(codeVerifier),
    consentHelps(context, scope),
  ])
  const isPushed = mustPush(config, server, request)
  const { via, by, random = generateRandomState() } = request
  const state = writeState(via, fingerprint, random)
  const nonce = hasOpenid(scope) ? generateRandomState() : undefined
  const { key, dpop_jkt } = await newKey(context, server)
  notes.note('verifier', !!key)
  const query = queryOf(context, request, { scope, state, nonce, code_challenge, dpop_jkt })
  const maxAge = maxAgeIn(query)
  const prompted = promptIn(query, request, scope, helps)
  const [shown, expiresIn] = isPushed ? await push(context, server, query, key) : [query]
  const transaction: Transaction = {
    codeVerifier,
    nonce,
    server,
    redirectUri: request.redirectUri ?? config.redirectUri,
    via,
    returnTo: request.returnTo,
    scope,
    resource: request.resource ?? config.resources[0]?.resource,
    asked: askedBy(context, scope),
    // The values that were sent, from whichever option they came.
    maxAge,
    acrValues: query.get('acr_values') ?? undefined,
    key,
    ...prompted,
    pushed: isPushed && by !== 'retry' ? request : undefined,
    createdAt: Date.now(),
  }
  return { url: withQuery(server.authorization_endpoint, shown), state, transaction, expiresIn }
}

/** What the tokens are requested for, as the session will remember it. */
const askedBy = ({ config, defaultTokenKey }: RequestContext, scope: string): Asked => ({
  key: defaultTokenKey,
  scope: `${config.scope} ${scope}`,
  audience: config.params?.['audience'],
})

/** @throws AuthError `config` for an end of the session that never comes, or has come already */
function checkEnds({ maxSession = 1, idle }: VaultConfig): void {
  if (!(maxSession > 0)) refuse('maxSession', 'give seconds.')
  if (idle && !(idle.after > (idle.warn ?? 0)))
    refuse('idle', 'give seconds: `after`, and fewer for `warn`.')
}

/** The key that the tokens will be bound to, and its thumbprint; neither without `dpop`. */
async function newKey(
  { config, dpop }: RequestContext,
  { dpop_signing_alg_values_supported: offered }: AuthorizationServer,
): Promise<{ key?: ProofKey; dpop_jkt?: string }> {
  if (!config.dpop) return own({})
  const { createKey, thumbprint } = await dpop()
  const key = await createKey(offered)
  return { key, dpop_jkt: await thumbprint(key) }
}
