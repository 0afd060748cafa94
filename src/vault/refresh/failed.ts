import { AuthError, toData, type OAuthErrorFields } from '../../errors.js'
import { sleep } from '../../lib/timeout.js'
import type { VaultContext } from '../context.js'
import type { Lease } from '../record.js'
import { ErrorResponse, fromServer, UnusableTokens } from '../token/errors.js'
import { release } from './acquire.js'
import { MAX_WAIT } from './lease.js'
import { endSession, type Attempt, type Step } from './step.js'

/**
 * About 1 s, 3 s, 12 s, 48 s, 3 min, with jitter. After an outage every client comes back within one
 * such step: long steps make that about twice what a server of five-minute tokens is used to
 * (measured; shorter steps, or more jitter, made it two and a half times).
 */
const backoff = (tries: number): number =>
  Math.min(MAX_WAIT, 250 * 4 ** tries) * (0.5 + Math.random() / 2)

/** No tokens came: what that means for the session. A network fault, a 5xx or nonsense never ends it. */
export async function failed(
  context: VaultContext,
  failure: unknown,
  attempt: Attempt,
): Promise<Step> {
  const error = fromServer(failure)
  // The tokens came and cannot be used; the refresh token was spent for them.
  if (failure instanceof UnusableTokens) return endSession(context.session, attempt, error)
  // It cannot be presented any more, and the session has ended.
  if (error.code === 'key_lost') return { type: 'failed', error }
  // It was not sent: the send window of its lease had closed.
  if (error.code === 'aborted') return again(context, attempt, {})
  return failure instanceof ErrorResponse
    ? refused(context, failure, attempt, error)
    : unknownOutcome(context, attempt, error)
}

async function again(
  { session }: VaultContext,
  { lease }: Attempt,
  more: Partial<Lease>,
): Promise<Step> {
  await release(session, lease, more)
  return { type: 'again' }
}

/** The token may have been spent or not: it is presented again later. */
function unknownOutcome(context: VaultContext, attempt: Attempt, error: AuthError): Promise<Step> {
  const tries = attempt.lease.tries + 1
  const until = Date.now() + backoff(tries)
  return again(context, attempt, { tries, until, error: toData(error) })
}

/** The server answered, and gave no tokens. */
async function refused(
  context: VaultContext,
  { status, oauth, isEmpty, retryAfter }: ErrorResponse,
  attempt: Attempt,
  error: AuthError,
): Promise<Step> {
  if (status === 429 || (status === 503 && retryAfter)) {
    const until = Date.now() + (retryAfter || 5000)
    return again(context, attempt, { until, error: toData(error) })
  }
  if (isEmpty && (status === 400 || status === 401)) return emptyAnswer(context, attempt, error)
  return oauth && [200, 400, 401].includes(status)
    ? refusedBy(context, oauth, attempt, error)
    : unknownOutcome(context, attempt, error)
}

/** The server refused with an OAuth error. */
async function refusedBy(
  { session }: VaultContext,
  oauth: OAuthErrorFields,
  attempt: Attempt,
  error: AuthError,
): Promise<Step> {
  const { record, lease, key } = attempt
  // A token of its own that this refresh token never gave: that call fails, the session stays.
  if (key && !record.tokens[key]) {
    await release(session, lease, {})
    const isScope = /scope|target/.test(oauth.error)
    const code = isScope ? 'insufficient_scope' : 'interaction_required'
    return { type: 'failed', error: new AuthError(code, '', oauth) }
  }
  if (oauth.error !== 'invalid_grant') {
    await release(session, lease, { until: Date.now() + 30_000, error: toData(error) })
    return { type: 'failed', error }
  }
  // An attempt that was overtaken may have won, and may still be answered.
  const late = (lease.prior ?? 0) + 60_000 - Date.now()
  if (late > 0) await sleep(Math.min(late, 60_000))
  return endSession(session, attempt)
}

/** Some servers answer so to a dead token; a proxy may too. Twice, 30 s apart, is believed. */
async function emptyAnswer(
  { session }: VaultContext,
  attempt: Attempt,
  error: AuthError,
): Promise<Step> {
  const { record, lease, key } = attempt
  const now = Date.now()
  const { emptyAt = now } = lease
  const isOver = session.clock.remaining(record.tokens[key]) <= 0
  if (now - emptyAt >= 30_000 && isOver) return endSession(session, attempt)
  const until = Math.max(emptyAt + 30_000, now + 1000)
  await release(session, lease, { emptyAt, until, error: toData(error) })
  return { type: 'failed', error }
}
