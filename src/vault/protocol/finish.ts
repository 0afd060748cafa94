import { own, type Config } from '../../config.js'
import type { Finished, SignInRequest } from '../../door.js'
import { toData, type ErrorData } from '../../errors.js'
import type { Inside } from '../inside.js'
import { begin } from './begin.js'
import { classify, oauthError, oauthFields } from './classify.js'
import { begin as keep, type Kept } from '../keep.js'
import type { Fresh } from '../record.js'
import { signer } from '../signer.js'
import { revoke } from './end.js'
import { isSigned } from './signature.js'
import { requestTokens } from './tokens.js'
import { transactions, type Transaction } from './transactions.js'
import { fault } from '../../remedies.js'

/** The answer's parameters, in the query or (`response_mode=fragment`) in the fragment. */
function answerOf(url: string): URLSearchParams {
  const { searchParams, hash } = new URL(url)
  const isQuery = searchParams.has('state') || searchParams.has('error')
  return isQuery ? searchParams : new URLSearchParams(hash.slice(1))
}

/**
 * The code, if it comes from whom it was asked for. Its `state` has been looked up already.
 *
 * @see RFC 6749 section 4.1.2 · RFC 9207 section 2.4
 */
function codeOf(params: URLSearchParams, { server }: Transaction, config: Config): string {
  const answer = Object.fromEntries(params)
  const { code, iss } = answer
  // RFC 6749 section 3.1: no parameter twice. No server says so much, but an attacker's link may.
  if (params.size > Object.keys(answer).length || `${params}`.length > 16_384)
    throw fault('invalid_response')
  // A client that knows no issuer has nothing to compare with.
  const issuer = config.issuer ?? config.server.issuer
  const named = iss || server.authorization_response_iss_parameter_supported
  if (issuer && named && iss !== server.issuer) throw fault('issuer_mismatch')
  const oauth = oauthFields(answer)
  if (oauth && !code) throw oauthError(oauth)
  // Never both answers at once.
  if (!code || oauth) throw fault('invalid_response')
  return code
}

async function exchange(
  inside: Inside,
  taken: Transaction,
  params: URLSearchParams,
): Promise<Kept> {
  const { config, session, main } = inside
  const { server, codeVerifier, redirectUri, nonce, resource, scope, key } = taken
  const form = {
    grant_type: 'authorization_code',
    code: codeOf(params, taken, config),
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    resource,
  }
  const { timeout } = config
  await session.load().catch(() => {})
  const seen = session.record()
  const set = await requestTokens(config, {
    server,
    form,
    within: timeout,
    transaction: taken,
    openid: !!nonce,
    sign: await signer(inside, { key }),
  })
  if (config.verifySignature && set.idToken && !(await isSigned(config, server, set.idToken)))
    throw fault('invalid_id_token', 'Its signature is wrong.')
  const { user, identity, idToken, refreshToken, acr, authTime } = set
  const fresh: Fresh = {
    server,
    session: {
      issuer: server.issuer,
      // A server that grants what was asked for need not repeat it. RFC 6749 section 5.1.
      scope: set.scope ?? scope.split(' ').filter(Boolean),
      tokenType: set.token.type ?? 'bearer',
      acr,
      authTime,
    },
    user,
    identity,
    idToken,
    refreshToken,
    resource,
    key,
    tokens: { [main]: set.token },
  }
  const kept = await keep(session, fresh, seen)
  if (kept.record?.ended) await revoke(inside, fresh, refreshToken)
  return kept
}

/** What was pushed had expired when the user got there: push it again, once. @see RFC 9126 section 4 */
async function retried(
  inside: Inside,
  pushed: SignInRequest | undefined,
  error: ErrorData,
): Promise<{ error: ErrorData; again?: string }> {
  if (!pushed || error.oauth?.error !== 'invalid_request_uri') return { error }
  return begin(inside, pushed, true).then(
    (again) => ({ error, again }),
    (failure: unknown) => ({ error: toData(classify(failure)) }),
  )
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
    if (!taken) throw fault('unknown_transaction')
    const { unsaved, replaced } = await exchange(inside, taken, params)
    return own({
      snapshot: session.snapshot(),
      returnTo: taken.returnTo,
      undeleted: unsaved && replaced,
    })
  } catch (failure) {
    await session.load().catch(() => {})
    const snapshot = session.snapshot()
    const given = toData(classify(failure))
    const { error, again } = own(await retried(inside, taken?.pushed, given))
    return {
      again,
      snapshot: snapshot.status === 'signed-in' ? snapshot : { status: 'signed-out', error },
      returnTo: taken?.returnTo,
    }
  }
}
