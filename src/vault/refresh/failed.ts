import { AuthError, toData, type OAuthErrorFields } from '../../errors.js'
import { sleep } from '../../lib/timeout.js'
import type { VaultContext } from '../context.js'
import type { Lease } from '../record.js'
import { ErrorResponse, fromServer, UnusableTokens } from '../token/errors.js'
import { release, unsent } from './acquire.js'
import { MAX_WAIT } from './lease.js'
import { endSession, type Attempt, type Step } from './step.js'

/**
 * Milliseconds to wait, with jitter: about 1 s, 3 s, 12 s, 48 s, 3 min. After an outage all clients come back
 * within one such step. With steps this long, the server then has about twice the load that five-minute tokens
 * usually give it (measured; shorter steps, or more jitter, made it two and a half times).
 */
const backoff = (tries: number): number =>
  Math.min(MAX_WAIT, 250 * 4 ** tries) * (0.5 + Math.random() / 2)

/**
 * No tokens came: decide what that means for the session. A network fault, a 5xx or an answer that makes no
 * sense never ends it.
 */
export async function failed(
  context: VaultContext,
  failure: unknown,
  attempt: Attempt,
): Promise<Step> {
  const error = fromServer(failure)
  // The server gave tokens that cannot be used, and the refresh token is spent for them.
  if (failure instanceof UnusableTokens) return endSession(context.session, attempt, error)
  // Without its key the refresh token cannot be presented, and `dpop.ts` has ended the session.
  if (error.code === 'key_lost') return { type: 'failed', error }
  // The request was not sent, as the send window of its lease had closed.
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

/** The server may or may not have spent the token: it is presented again later. */
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
  // The request was for a token that this session never had, such as one for another scope: the call fails, and
  // the session stays.
  if (oauth && attempt.key && !attempt.record.tokens[attempt.key])
    return notGranted(context, oauth, attempt)
  return saysDead(oauth) ? deadToken(context, attempt) : doubtful(context, attempt, error)
}

export const saysDead = (oauth: OAuthErrorFields | undefined): boolean =>
  oauth?.error === 'invalid_grant'

/**
 * Whether the authorization server itself refused, and not a proxy. `invalid_grant` counts with any 4xx, and
 * with 200; another OAuth error only with a status that servers use for one; an empty answer, or JSON that is
 * not of OAuth, only with the two of RFC 6749 §5.2.
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
  // Another attempt was overtaken, but may have renewed the token, and its answer may still come: wait for it.
  const late = (attempt.lease.prior ?? 0) + 60_000 - Date.now()
  if (late > 0) await sleep(Math.min(late, 60_000))
  return endSession(session, attempt)
}

/**
 * Many servers refuse a dead token by another error than `invalid_grant`, or by none. But a server that is
 * being set up, or a proxy, may answer in the same way. So the session ends only after two such refusals, 30 s
 * apart, and when no access token is left.
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
