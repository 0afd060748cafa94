import type { VaultConfig } from '../../config.js'
import type { CallbackResult, Snapshot } from '../../door.js'
import { AuthError, toData, type ErrorData } from '../../errors.js'
import { own } from '../../lib/own.js'
import { readAnswer, readState } from '../../lib/state-param.js'
import { proofFor } from '../calls/proof.js'
import type { VaultContext } from '../context.js'
import type { NewSession } from '../record.js'
import { requestTokens, type TokenSet } from '../token/endpoint.js'
import { fromServer, oauthError, oauthFields } from '../token/errors.js'
import { revoke } from '../token/revoke.js'
import { saveNew, type Saved } from '../token/save.js'
import { secretsIn } from '../token/strike.js'
import { authorize } from './authorize.js'
import { fingerprintOf } from './fingerprint.js'
import { transactions, type Transaction } from './transactions.js'

/**
 * Finish a sign-in. Its transaction is taken, once, before the code is spent; the exchange is the one
 * request of a callback. Where it fails, a live session goes on as if nothing had happened.
 *
 * Any page can link to an error without `state`: it is told while a sign-in is under way, takes no
 * transaction, and makes no request.
 *
 * @returns `undefined` for the answer to another client, and for an error without `state` that answers
 *   no sign-in of this client, or lacks the `iss` that its server promises
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 */
export async function callback(
  context: VaultContext,
  url: string,
): Promise<CallbackResult | undefined> {
  const { session } = context
  const answer = readAnswer(url)
  const state = answer.get('state')
  if (!(await isOwn(answer, context.config))) return undefined
  const transaction = await transactionOf(context, answer)
  if (!transaction && state === null) return undefined
  try {
    if (!transaction) throw new AuthError('unknown_transaction')
    const { unsaved, replaced } = await exchange(context, transaction, answer)
    return own({
      snapshot: session.snapshot(),
      returnTo: transaction.returnTo,
      undeleted: unsaved ? replaced : '',
    })
  } catch (failure) {
    const { error, retryUrl } = await pushAgain(context, transaction, toData(fromServer(failure)))
    const snapshot = await liveSession(context, error)
    return own({ retryUrl, snapshot, returnTo: transaction?.returnTo })
  }
}

/** The sign-in that an answer belongs to. An error without `state` leaves it as it is. */
async function transactionOf(
  context: VaultContext,
  answer: URLSearchParams,
): Promise<Transaction | undefined> {
  const { take, newest } = transactions(context)
  const state = answer.get('state')
  if (state !== null) return take(state)
  const started = await newest()
  if (!started || !isFromServer(answer, started, context.config)) return undefined
  return own({ ...started, pushed: undefined })
}

/** After a failure a live session goes on; without one the user sees the error. */
async function liveSession({ session }: VaultContext, error: ErrorData): Promise<Snapshot> {
  await session.load().catch(() => {})
  const snapshot = session.snapshot()
  return snapshot.status === 'signed-in' ? snapshot : { status: 'signed-out', error }
}

/** Whether the answer may be this client's. One without `state` must be an error, and have no code. */
async function isOwn(answer: URLSearchParams, config: VaultConfig): Promise<boolean> {
  const state = answer.get('state')
  return state === null
    ? !!answer.get('error') && !answer.has('code')
    : readState(state)?.fingerprint === (await fingerprintOf(config))
}

/** Exchange the code for tokens, and save the new session. */
async function exchange(
  context: VaultContext,
  transaction: Transaction,
  answer: URLSearchParams,
): Promise<Saved> {
  const { config, session } = context
  const { server, codeVerifier, redirectUri, nonce, resource, key } = transaction
  const form = {
    grant_type: 'authorization_code',
    code: codeIn(answer, transaction, config),
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    resource,
  }
  await session.load().catch(() => {})
  const seen = session.record()
  const tokens = await requestTokens(context, {
    server,
    form,
    expected: transaction,
    isOpenid: !!nonce,
    prove: await proofFor(context, { key }),
  })
  await checkSignature(context, transaction, tokens)
  const created = sessionOf(context, transaction, tokens)
  const saved = await saveNew(session, created, seen)
  if (saved.record?.ended) await revoke(context, created, tokens.refreshToken)
  return saved
}

/**
 * The code, if it comes from the server that was asked. Its `state` has been looked up already.
 *
 * @see [RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)
 */
function codeIn(params: URLSearchParams, transaction: Transaction, config: VaultConfig): string {
  const answer = Object.fromEntries(params)
  const { code } = answer
  // RFC 6749 §3.1: no parameter twice. An answer that is so long comes from an attacker's link.
  if (params.size > Object.keys(answer).length || `${params}`.length > 16_384)
    throw new AuthError('invalid_response', 'A parameter is given twice, or it is too long.')
  if (!isFromServer(params, transaction, config)) throw new AuthError('issuer_mismatch')
  const { codeVerifier, nonce = '' } = transaction
  const oauth = oauthFields(answer, [codeVerifier, nonce, ...secretsIn(params)])
  if (oauth && !code) throw oauthError(oauth)
  // Never both answers at once.
  if (!code || oauth) throw new AuthError('invalid_response', 'It needs `code` or `error`.')
  return code
}

/**
 * Whether the answer names the server that was asked, where it must.
 *
 * @see [RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)
 */
function isFromServer(
  params: URLSearchParams,
  { server }: Transaction,
  { issuer, server: given }: VaultConfig,
): boolean {
  const iss = params.get('iss')
  const isNamed = iss || server.authorization_response_iss_parameter_supported
  // A client that knows no issuer has nothing to compare with.
  const isKnown = issuer ?? given.issuer
  return !isKnown || !isNamed || iss === server.issuer
}

async function checkSignature(
  context: VaultContext,
  { server }: Transaction,
  { idToken }: TokenSet,
): Promise<void> {
  if (!context.config.verifySignature || !idToken) return
  const isSigned = await context.signature()
  if (!(await isSigned(context, server, idToken)))
    throw new AuthError('invalid_id_token', 'Its signature is wrong.')
}

function sessionOf(
  { defaultTokenKey }: VaultContext,
  { server, scope, resource, key }: Transaction,
  tokens: TokenSet,
): NewSession {
  const { token, user, identity, idToken, refreshToken, acr, authTime } = tokens
  return {
    server,
    session: {
      issuer: server.issuer,
      // A server that grants what was asked for need not repeat it. RFC 6749 §5.1.
      scope: tokens.scope ?? scope.split(' ').filter(Boolean),
      tokenType: token.type ?? 'bearer',
      acr,
      authTime,
    },
    user,
    identity,
    idToken,
    refreshToken,
    resource,
    key,
    tokens: { [defaultTokenKey]: token },
  }
}

/**
 * The pushed request had expired when the user got to the server: push it again, once.
 *
 * @see [RFC 9126 §4](https://www.rfc-editor.org/rfc/rfc9126#section-4)
 */
async function pushAgain(
  context: VaultContext,
  { pushed }: Partial<Transaction> = {},
  error: ErrorData,
): Promise<{ error: ErrorData; retryUrl?: string }> {
  if (!pushed || error.oauth?.error !== 'invalid_request_uri') return own({ error })
  return authorize(context, pushed, true).then(
    (retryUrl) => own({ error, retryUrl }),
    (failure: unknown) => own({ error: toData(fromServer(failure)) }),
  )
}
