import { validateAuthResponse } from 'oauth4webapi'
import type { Config } from '../../config.js'
import type { Finished } from '../../door.js'
import { AuthError, toData } from '../../errors.js'
import type { Inside } from '../vault.js'
import { classify, oauthError, oauthFields } from './classify.js'
import { requestTokens, toLibrary } from './tokens.js'
import { transactions, type Transaction } from './transactions.js'

/** The answer's parameters, in the query or (`response_mode=fragment`) in the fragment. */
function answerOf(url: string): URLSearchParams {
  const { searchParams, hash } = new URL(url)
  const isQuery = searchParams.has('state') || searchParams.has('error')
  return isQuery ? searchParams : new URLSearchParams(hash.slice(1))
}

/** The code, from whom it was asked for. @see RFC 6749 section 4.1.2 · RFC 9207 section 2.4 */
function codeOf(
  params: URLSearchParams,
  { server }: Transaction,
  { issuer, clientId }: Config,
): string {
  const iss = params.get('iss')
  // A client that knows no issuer has nothing to compare with.
  if (
    issuer &&
    (iss || server.authorization_response_iss_parameter_supported) &&
    iss !== server.issuer
  )
    throw new AuthError('issuer_mismatch')
  params.delete('iss')
  const as = { ...toLibrary(server), authorization_response_iss_parameter_supported: false }
  const oauth = oauthFields(Object.fromEntries(params))
  if (oauth && !params.has('code')) throw oauthError(oauth)
  // Both, or one of them twice, is nobody's answer; oauth4webapi says so.
  const code = validateAuthResponse(
    as,
    { client_id: clientId },
    params,
    params.get('state') ?? undefined,
  ).get('code')
  if (!code) throw new AuthError('invalid_response')
  return code
}

async function exchange(
  { config, session, main }: Inside,
  taken: Transaction,
  params: URLSearchParams,
): Promise<void> {
  const { server, codeVerifier, redirectUri, nonce, resource, scope } = taken
  const form = {
    grant_type: 'authorization_code',
    code: codeOf(params, taken, config),
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    resource,
  }
  const { timeout } = config
  const set = await requestTokens(config, {
    server,
    form,
    within: timeout,
    transaction: taken,
    openid: !!nonce,
  })
  const { user, identity, idToken, refreshToken, acr, authTime } = set
  await session.begin({
    server,
    session: {
      issuer: server.issuer,
      // A server that grants what was asked for need not repeat it. RFC 6749 section 5.1.
      scope: set.scope ?? scope.split(' ').filter(Boolean),
      tokenType: 'bearer',
      acr,
      authTime,
    },
    user,
    identity,
    idToken,
    refreshToken,
    tokens: { [main]: set.token },
  })
}

/**
 * Finish a sign-in: its transaction is taken, once, before the code is spent; the exchange is the
 * one request of a callback. Where it fails, a live session goes on as if nothing had been.
 *
 * @returns `undefined` for an error without `state` that belongs to no sign-in of ours
 */
export async function finish(inside: Inside, url: string): Promise<Finished | undefined> {
  const { session } = inside
  const params = answerOf(url)
  const state = params.get('state')
  const taken = await transactions(inside).take(state)
  if (!taken && state === null) return undefined
  try {
    if (!taken) throw new AuthError('unknown_transaction')
    await exchange(inside, taken, params)
    return { snapshot: session.snapshot(), returnTo: taken.returnTo }
  } catch (failure) {
    await session.load().catch(() => {})
    const snapshot = session.snapshot()
    const error = toData(classify(failure))
    return {
      snapshot: snapshot.status === 'signed-in' ? snapshot : { status: 'signed-out', error },
      returnTo: taken?.returnTo,
    }
  }
}
