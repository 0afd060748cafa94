import { AuthError, fromData } from '../../errors.js'
import { own } from '../../lib/own.js'
import type { Clock } from '../clock.js'
import { activeOf, renewalOf, type Active, type Lease, type SessionRecord } from '../record.js'

// The lease decides which tab may present the refresh token, and nothing else does. This file has its rules,
// `acquire.ts` writes it into the record, and `refresh.ts` presents the token. The Web Lock of the attempt's own
// name only shows that its tab still lives, and wakes the tabs that wait for it. A frozen tab keeps its lock, so
// it is overtaken by the age of its lease; a dead tab loses its lock, so no tab waits for it. (A single lock for
// all attempts would have to be stolen from a frozen tab, and the lease would still have to keep the waiting
// tabs apart.)

/** The result of asking for the lease, the right to present the refresh token. */
export type Acquired =
  | { readonly type: 'mine'; readonly record: Active; readonly lease: Lease }
  /**
   * The token was renewed, or the user signed in again. `unsaved` resolves once the store has taken what this
   * tab renewed.
   */
  | { readonly type: 'done'; readonly unsaved?: Promise<void> | undefined }
  | { readonly type: 'ended' }
  /** There is no refresh token, or a duplicated tab has presented its copy. */
  | { readonly type: 'spent' }
  /** Another attempt is under way. */
  | { readonly type: 'taken'; readonly lease: Lease }
  /** The next attempt may begin at `until`. */
  | { readonly type: 'wait'; readonly until: number; readonly error: AuthError }
  /** `unsaved` resolves once the store knows that nothing was presented. */
  | {
      readonly type: 'failed'
      readonly error: AuthError
      readonly unsaved?: Promise<void> | undefined
    }

/** What one attempt wants to renew. */
export interface LeaseRequest {
  /** Names the attempt. */
  readonly attempt: string
  /** The session it is for. */
  readonly id: string
  /** The key of the token. */
  readonly key: string
  /** The value of a token that must be replaced though it has not expired. */
  readonly unfit: string | undefined
  /** An attempt that is done, or whose tab is dead. */
  readonly gone?: string | undefined
  /** An attempt whose time was over, and that this tab has watched for some seconds since. */
  readonly watched?: string | undefined
  /** Whether its tab got no Web Lock. */
  readonly unlocked?: boolean | undefined
}

/**
 * A request may leave only within this many milliseconds after its lease was written: later, another tab may
 * have overtaken it. Two stores may take two seconds each to confirm the lease, so at least one second is left
 * to send.
 */
export const SEND_WINDOW = 5000

/** The longest wait before a token is presented again, in milliseconds. */
export const MAX_WAIT = 240_000

/** Milliseconds after which another tab may overtake a lease, even if its own tab lives. */
export const leaseMsFor = (timeout: number): number => Math.max(45_000, 3 * timeout)

const steadyNow = (): number => performance.timeOrigin + performance.now()

/** Milliseconds since the lease was written, by both clocks. */
const ages = ({ at, steady = at }: Lease): [number, number] => [
  Math.abs(Date.now() - at),
  Math.abs(steadyNow() - steady),
]

/** Milliseconds since the lease was written. The lower of both counts, as one clock may have been set meanwhile. */
export const leaseAge = (lease: Lease): number => Math.min(...ages(lease))

/** Whether the request may still leave. A tab that was frozen meanwhile may have been overtaken. */
export const isFresh = (lease: Lease): boolean => Math.max(...ages(lease)) < SEND_WINDOW

/** Whether its numbers are finite. A damaged lease is not waited for. */
const isWhole = ({ at, steady = 0, tries, until = 0, prior = 0, refusedAt = 0 }: Lease): boolean =>
  [at, steady, tries, until, prior, refusedAt].every(Number.isFinite)

/**
 * The lease in a record, without times that cannot be. A time in the future, or a wait that is longer than any
 * wait, comes from before the clock was set back, so it does not count.
 */
function leaseOf(record: Active): Lease | undefined {
  const lease = record.lease && own(record.lease)
  if (!lease || !isWhole(lease)) return undefined
  const now = Date.now()
  const upTo = (last: number, time = 0): number | undefined =>
    time > 0 && time <= last ? time : undefined
  const { until, prior, refusedAt } = lease
  return own({
    ...lease,
    until: upTo(now + MAX_WAIT, until),
    prior: upTo(now, prior),
    refusedAt: upTo(now, refusedAt),
  })
}

/**
 * Whether an access token of the session is still valid: then a refresh that goes wrong could still lose
 * something.
 */
export const hasToken = ({ tokens }: Active, clock: Clock): boolean =>
  Object.values(tokens).some((token) => clock.remaining(token) > 0)

/** Decide what this attempt may do now, by the record. */
export function decide(
  record: SessionRecord | undefined,
  request: LeaseRequest,
  clock: Clock,
): Acquired {
  const active = activeOf(record)
  if (!active) return { type: 'ended' }
  const token = active.tokens[request.key]
  const isRenewed = token && token.value !== request.unfit && !clock.needsRenewal(token)
  if (isRenewed || active.id !== request.id) return { type: 'done' }
  if (!renewalOf(active)) return { type: 'spent' }
  const lease = leaseOf(active)
  const { attempt, unlocked } = request
  const mine = { attempt, unlocked, at: Date.now(), steady: steadyNow(), tries: 0 }
  if (!lease) return { type: 'mine', record: { ...active, lease: mine }, lease: mine }
  return decideAfter(lease, active, mine, request, clock)
}

/** As `decide`, if another attempt has left its lease in the record. */
function decideAfter(
  lease: Lease,
  active: Active,
  mine: Lease,
  { gone, watched }: LeaseRequest,
  clock: Clock,
): Acquired {
  const isDone = lease.settled || lease.attempt === gone
  if (!isDone && lease.attempt !== watched) return { type: 'taken', lease }
  const error = lease.error ? fromData(lease.error) : new AuthError('timeout')
  const until = nextTime(lease, mine.at)
  if (until) return { type: 'wait', until, error }
  const tries = lease.tries + (lease.settled ? 0 : 1)
  // The token was presented twice, and the outcome is not known. A third time may end the session at the
  // server, so that is done only if no access token is left to lose.
  if (tries > 1 && hasToken(active, clock)) return { type: 'failed', error }
  const next = leaseAfter(
    lease,
    { ...mine, tries },
    isDone ? lease.prior : mine.at - leaseAge(lease),
  )
  return { type: 'mine', record: { ...active, lease: next }, lease: next }
}

/** The next lease, with what the one before knew. @param prior when an overtaken attempt began */
function leaseAfter({ error, refusedAt }: Lease, mine: Lease, prior: number | undefined): Lease {
  return { ...mine, error, refusedAt, prior }
}

/** When the next attempt may begin, if that is not now. */
function nextTime(lease: Lease, now: number): number | undefined {
  // A tab may have sent its request just before it died: give the server a second, counted from its lease.
  const time = lease.settled ? (lease.until ?? 0) : now + 1000 - leaseAge(lease)
  return time > now ? time : undefined
}
