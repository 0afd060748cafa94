import { asAuthError, AuthError } from '../../errors.js'
import { once } from '../../lib/lazy.js'
import { sleep, withTimeout } from '../../lib/timeout.js'
import { endedError } from '../calls/ended.js'
import { proofFor } from '../calls/proof.js'
import type { Refresh, VaultContext } from '../context.js'
import type { Notes } from '../notes.js'
import type { Lease } from '../record.js'
import { NO_REFRESH_TOKEN } from '../shown.js'
import { requestTokens } from '../token/endpoint.js'
import { refuse } from '../token/refuse.js'
import { acquire, waitForRelease } from './acquire.js'
import { createDenied } from './denied.js'
import { failed } from './failed.js'
import { hasToken, isFresh, leaseMsFor, SEND_WINDOW, type LeaseRequest } from './lease.js'
import { renewed } from './renewed.js'
import type { Attempt, Step } from './step.js'

/**
 * How long an attempt waits for its own Web Lock, in milliseconds. No other attempt asks for a lock of that
 * name first.
 */
const LOCK_WAIT = 2000

/**
 * In this tab: one refresh at a time for each token, and one after the other, as all present the same refresh
 * token.
 */
export function createRefresh(context: VaultContext): Refresh {
  const { session } = context
  const underWay = new Map<string, Promise<void>>()
  const denied = createDenied(session)
  let queue: Promise<unknown> = Promise.resolve()

  async function run(...request: Parameters<Refresh>): Promise<void> {
    const [key] = request
    await endIfOver(context)
    denied.check(key)
    try {
      if (globalThis.navigator?.onLine === false)
        throw new AuthError('network', 'This device is offline.')
      await refresh(context, ...request)
    } catch (caught) {
      const error = asAuthError(caught)
      denied.keep(key, error)
      if (session.active() && error.retryable) session.setError(error)
      throw error
    }
  }

  return (key, unfit, isForced) => {
    let refreshing = underWay.get(key)
    if (!refreshing) {
      refreshing = queue.then(() => run(key, unfit, isForced)).finally(() => underWay.delete(key))
      underWay.set(key, refreshing)
      queue = refreshing.catch(() => {})
    }
    return refreshing
  }
}

/** @throws AuthError `session_ended` where the session has reached its end: nothing is presented */
async function endIfOver({ session }: VaultContext): Promise<void> {
  const record = session.active()
  if (!record || !session.isOver()) return
  await session.endOnly(record.id, 'expired')
  throw endedError(session)
}

/**
 * Take the lease (`lease.ts`), then present the refresh token.
 *
 * @see [RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)
 * @see [RFC 9700 §4.14](https://www.rfc-editor.org/rfc/rfc9700#section-4.14)
 */
async function refresh(
  context: VaultContext,
  key: string,
  unfit?: string,
  isForced = false,
): Promise<void> {
  const { config, session } = context
  const leaseMs = leaseMsFor(config.timeout)
  const id = session.active()?.id ?? ''
  // The chunk for proofs may load slowly, so load it before the lease is written.
  await proofFor(context, session.active())
  let waited: Awaited<ReturnType<typeof waitForRelease>> = {}
  for (let posts = 0; posts < 5;) {
    const request = { ...waited, attempt: crypto.randomUUID(), id, key, unfit }
    const step = await attempt(context, request, leaseMs, isForced)
    if (step.type === 'done') return
    if (step.type === 'taken') {
      const end = context.notes.note('lease')
      waited = await waitForRelease(step.lease, leaseMs)
      end()
    } else if (step.type === 'again') posts++
    // This caller gets one retry; a longer wait is left to a later call.
    else if (step.type === 'wait')
      await waitFor(step, posts > 1 ? -Infinity : config.timeout, context.notes)
    else throw await errorOf(context, step)
  }
  throw new AuthError('timeout')
}

/** @param maxMs milliseconds; a longer wait fails */
async function waitFor(
  { until, error }: Extract<Step, { type: 'wait' }>,
  maxMs: number,
  { note }: Notes,
): Promise<void> {
  note('backoff', until)
  const ms = until - Date.now()
  if (ms > maxMs) throw error
  await sleep(ms)
}

/**
 * One attempt. It holds a Web Lock until the store has taken its result, so that other tabs see that it lives.
 * If locks are refused, or none is granted in time, the lease alone keeps the tabs apart.
 */
async function attempt(
  context: VaultContext,
  request: LeaseRequest,
  leaseMs: number,
  isForced: boolean,
): Promise<Step> {
  let unlocked = true
  let isRobbed = false
  // If its lock was stolen, other tabs take this attempt for dead, and may have begun another.
  const mayPost = (lease: Lease): boolean => !isRobbed && isFresh(lease)
  const work = once(async (): Promise<Step> => {
    const acquired = await acquire(context, { ...request, unlocked })
    return acquired.type === 'mine'
      ? present(context, { ...acquired, key: request.key, isForced }, leaseMs, mayPost)
      : acquired
  })
  const granted = new Promise<void>((resolve) => {
    const whole = globalThis.navigator?.locks?.request(`pixy-auth:${request.attempt}`, async () => {
      unlocked = false
      resolve()
      const step = await work()
      if (step.type === 'done' || step.type === 'failed') await step.unsaved
    })
    Promise.resolve(whole).then(resolve, () => {
      isRobbed = !unlocked
      resolve()
    })
  })
  await withTimeout(LOCK_WAIT, granted).catch(() => {})
  return work()
}

/** Present the refresh token. Only this function does so. */
async function present(
  context: VaultContext,
  attempt: Attempt,
  leaseMs: number,
  mayPost: (lease: Lease) => boolean,
): Promise<Step> {
  const { record, lease, key } = attempt
  const [scope, target] = key ? (JSON.parse(key) as [string, string]) : []
  // The `resource` of the sign-in is for its own token, not for a token that a later release of the app needs.
  const isOfSignIn = key === (record.asked?.key ?? context.defaultTokenKey)
  const resource = isOfSignIn ? (record.resource ?? target) : target
  try {
    const tokens = await requestTokens(context, {
      server: record.server,
      form: {
        grant_type: 'refresh_token',
        refresh_token: record.refreshToken,
        scope: scope || undefined,
        resource: resource || undefined,
      },
      // The request times out a second before another tab may overtake the lease.
      timeout: leaseMs - SEND_WINDOW - 1000,
      mayPost: () => mayPost(lease),
      isOpenid: !!record.identity,
      prove: await proofFor(context, record),
    })
    return renewed(context, tokens, attempt)
  } catch (failure) {
    return failed(context, failure, attempt)
  }
}

/** The error of a refresh that cannot go on. */
async function errorOf(
  { session }: VaultContext,
  step: Extract<Step, { type: 'failed' | 'ended' | 'spent' }>,
): Promise<AuthError> {
  if (step.type === 'failed') return step.error
  if (step.type === 'ended') return endedError(session)
  // There is nothing to present, so the session lasts as long as its access tokens.
  const record = session.active()
  const hint = record?.refreshToken ? undefined : NO_REFRESH_TOKEN
  if (!record || hasToken(record, session.clock)) return new AuthError('interaction_required', hint)
  await refuse(session, record)
  const error = new AuthError('session_ended', hint)
  session.setError(error)
  return error
}
