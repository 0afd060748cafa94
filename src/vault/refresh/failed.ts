import { AuthError, toData, type OAuthErrorFields } from '../../errors.js'
import { sleep } from '../../lib/timeout.js'
import type { VaultContext } from '../context.js'
import type { Lease } from '../record.js'
import { ErrorResponse, fromServer, UnusableTokens } from '../token/errors.js'
import { release, unsent } from './acquire.js'
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
  if (error.code === 'aborted')
    return again(context, attempt, {}).catch((late: unknown) =>
      unsent(context.session, attempt.lease, late),
    )
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
  response: ErrorResponse,
  attempt: Attempt,
  error: AuthError,
): Promise<Step> {
  const { status, oauth, retryAfter } = response
  if (status === 429 || (status === 503 && retryAfter)) {
    const until = Date.now() + (retryAfter || 5000)
    return again(context, attempt, { until, error: toData(error) })
  }
  if (!isRefusal(response)) return unknownOutcome(context, attempt, error)
  // A token of its own that this refresh token never gave: that call fails, the session stays.
  if (oauth && attempt.key && !attempt.record.tokens[attempt.key])
    return notGranted(context, oauth, attempt)
  return saysDead(oauth) ? deadToken(context, attempt) : doubtful(context, attempt, error)
}

export const saysDead = (oauth: OAuthErrorFields | undefined): boolean =>
  oauth?.error === 'invalid_grant'

/**
 * Whether the server itself refused. `invalid_grant` is its word with any 4xx; another OAuth error
 * with those that servers use for one; an empty answer, or JSON that is not OAuth's, with the two of
 * RFC 6749 §5.2 alone. All else may come from a proxy.
 */
export function isRefusal({ status, oauth, isPage }: ErrorResponse): boolean {
  if (saysDead(oauth)) return status === 200 || (status >= 400 && status < 500)
  return oauth ? [200, 400, 401, 403].includes(status) : !isPage && [400, 401].includes(status)
}

/** Whether a refusal may mean that the refresh token is dead. */
function isAboutToken(
  { defaultTokenKey }: VaultContext,
  { key }: Attempt,
  { code, oauth }: AuthError,
): boolean {
  const isOfKey = key !== defaultTokenKey && /scope|target/.test(oauth?.error ?? '')
  return code !== 'server_error' && !isOfKey
}

async function notGranted(
  { session }: VaultContext,
  oauth: OAuthErrorFields,
  { lease }: Attempt,
): Promise<Step> {
  await release(session, lease, {})
  const isScope = /scope|target/.test(oauth.error)
  const code = isScope ? 'insufficient_scope' : 'interaction_required'
  const hint = isScope ? 'Sign in with more `scope`.' : undefined
  return { type: 'failed', error: new AuthError(code, hint, oauth) }
}

async function deadToken({ session }: VaultContext, attempt: Attempt): Promise<Step> {
  // An attempt that was overtaken may have won, and may still be answered.
  const late = (attempt.lease.prior ?? 0) + 60_000 - Date.now()
  if (late > 0) await sleep(Math.min(late, 60_000))
  return endSession(session, attempt)
}

/**
 * Many servers refuse a dead token by another code, or by none; a server that is being set up, or a
 * proxy, may say the same. Twice, 30 s apart, is believed once no access token is left.
 */
async function doubtful(context: VaultContext, attempt: Attempt, error: AuthError): Promise<Step> {
  const { session } = context
  const { record, lease } = attempt
  const counts = isAboutToken(context, attempt, error)
  const now = Date.now()
  const { refusedAt = now } = lease
  const isOver = !Object.values(record.tokens).some((token) => session.clock.remaining(token) > 0)
  if (counts && now - refusedAt >= 30_000 && isOver) return endSession(session, attempt)
  const until = now + 30_000
  await release(session, lease, {
    until,
    error: toData(error),
    refusedAt: counts ? refusedAt : undefined,
  })
  return { type: 'failed', error }
}
