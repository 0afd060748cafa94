import type { VaultConfig } from '../../config.js'
import type { CallbackResult, Snapshot } from '../../door.js'
import { AuthError, fromData, toData, type ErrorData } from '../../errors.js'
import { own } from '../../lib/own.js'
import { readState } from '../../lib/state-param.js'
import type { VaultContext } from '../context.js'
import type { End } from '../notes.js'
import { activeOf } from '../record.js'
import { fromServer } from '../token/errors.js'
import { authorize } from './authorize.js'
import { exchange, isFromServer } from './exchange.js'
import { fingerprintOf } from './fingerprint.js'
import { checkPlace, isAt, isNamed, readAnswer, toldOfPlace } from './answer.js'
import { withConsent } from './offline-access.js'
import { transactions, type Transaction } from './transactions.js'

/**
 * Finish a sign-in. Its transaction is taken from the store, once, before the code is spent; the exchange of
 * the code is the only request of a callback. If it fails, a session that there was goes on as if nothing had
 * happened.
 *
 * Any page can link to an error without `state`. So such an error is shown only while a sign-in is under way,
 * does not take its transaction, and makes no request.
 *
 * @returns `undefined` if the answer is for another client, or if it is an error without `state` that answers
 *   no sign-in of this client, or lacks the `iss` that its server promises
 * @see [RFC 6749 §4.1.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2)
 */
export async function callback(
  context: VaultContext,
  url: string,
): Promise<CallbackResult | undefined> {
  const { session, config } = context
  const answer = readAnswer(url, config.redirectUri)
  const state = answer.get('state')
  if (!(await isOwn(url, answer, config))) return undefined
  const transaction = await transactionOf(context, answer)
  if (!transaction && state === null) return undefined
  const end = noteArrival(context, transaction, answer)
  try {
    if (!transaction) throw new AuthError('unknown_transaction')
    checkPlace(url, answer, transaction)
    const { record, unsaved, replaced } = await exchange(context, transaction, answer)
    end()
    const again = await withConsent(context, transaction, activeOf(record))
    const retryUrl = again && (await authorize(context, again).catch(() => undefined))
    return own({
      retryUrl,
      snapshot: session.snapshot(),
      returnTo: transaction.returnTo,
      undeleted: unsaved ? replaced : '',
      // A store that the app made may not outlive the page.
      isKept: !unsaved && /^(indexeddb|session)$/.test(`${config.store}`),
    })
  } catch (failure) {
    const told = toldOfPlace(fromServer(failure), url, transaction)
    end(fromData(told))
    const { error, retryUrl } = await pushAgain(context, transaction, told)
    const snapshot = await liveSession(context, error)
    return own({ error, retryUrl, snapshot, returnTo: transaction?.returnTo })
  }
}

function noteArrival(
  { notes }: VaultContext,
  transaction: Transaction | undefined,
  answer: URLSearchParams,
): End {
  if (transaction && transaction.via !== 'link') notes.note('login', transaction.createdAt)
  const has = (['code', 'error'] as const).find((name) => answer.has(name))
  return notes.note('callback', has ?? 'neither')
}

/** The sign-in that an answer belongs to. An error without `state` does not take it from the store. */
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

/** After a failure a session that there was goes on; without one the user sees the error. */
async function liveSession({ session }: VaultContext, error: ErrorData): Promise<Snapshot> {
  await session.load().catch(() => {})
  const snapshot = session.snapshot()
  return snapshot.status === 'signed-in' ? snapshot : { status: 'signed-out', error }
}

/**
 * Whether the answer may be for this client. A URL without `state` may have an `?error=…` of the app itself: it
 * counts only if the URL is the redirect URI, and the error one that a server may answer with.
 *
 * @see [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1)
 */
async function isOwn(
  url: string,
  answer: URLSearchParams,
  { key, redirectUri }: VaultConfig,
): Promise<boolean> {
  const state = answer.get('state')
  if (state !== null) return readState(state)?.fingerprint === (await fingerprintOf({ key }))
  return isNamed(answer.get('error')) && !answer.has('code') && isAt(url, redirectUri)
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
  return authorize(context, { ...pushed, by: 'retry' }).then(
    (retryUrl) => own({ error, retryUrl }),
    (failure: unknown) => own({ error: toData(fromServer(failure)) }),
  )
}
