import { asAuthError, AuthError } from '../../errors.js'
import { hashOf } from '../token/encoding.js'
import { sleep, withTimeout } from '../../lib/timeout.js'
import type { Store } from '../../options.js'
import type { VaultContext } from '../context.js'
import { activeOf, type Lease } from '../record.js'
import type { SessionStore } from '../session.js'
import type { Change } from '../stored.js'
import { decide, leaseAge, type Acquired, type LeaseRequest } from './lease.js'

/**
 * Write the record. A write that was late fails with `storage`, as `timeout` would mean a slow server. The next
 * read shows whether it was done after all.
 */
async function write(session: SessionStore, fn: Change): Promise<void> {
  await session.change(fn).catch(() => {
    throw new AuthError('storage')
  })
}

/** Read the record again and write the lease, in one atomic step. Without a stored lease there is no request. */
export async function acquire(
  { config, session, sharedStore }: VaultContext,
  request: LeaseRequest,
): Promise<Acquired> {
  let acquired = { type: 'ended' } as Acquired
  let last: string | undefined
  try {
    await write(session, (record) => {
      acquired = decide(record, request, session.clock)
      last = activeOf(record)?.lease?.attempt
      return acquired.type === 'mine' ? acquired.record : undefined
    })
  } catch (error) {
    if (acquired.type !== 'mine') throw error
    return unsent(session, acquired.lease, error)
  }
  if (acquired.type !== 'mine' || config.store !== 'session') return acquired
  const { record, lease } = acquired
  const token = record.refreshToken ?? ''
  const claim = await claimForTab(sharedStore, token, request.attempt, last).catch(asAuthError)
  if (claim === true) return acquired
  await release(session, lease, {})
  return claim ? { type: 'failed', error: claim } : { type: 'spent' }
}

/** Mark the attempt as done; the session goes on. Its lease says what the next attempt has to wait for. */
export async function release(
  session: SessionStore,
  { attempt }: Lease,
  more: Partial<Lease>,
): Promise<void> {
  await write(session, (record) => {
    const active = activeOf(record)
    if (active?.lease?.attempt !== attempt) return undefined
    // After any answer but a refusal, an earlier refusal is forgotten.
    const { refusedAt: _, ...rest } = active.lease
    return { ...active, version: active.version + 1, lease: { ...rest, settled: true, ...more } }
  })
}

/**
 * After two attempts with an unknown outcome the token is not presented again. So an attempt that presented
 * nothing must not count as one: release its lease.
 */
async function giveBack(session: SessionStore, lease: Lease): Promise<void> {
  for (let tries = 0; tries < 10; tries++)
    try {
      return await release(session, lease, {})
    } catch {
      await sleep(1000)
    }
}

type Failed = Extract<Acquired, { type: 'failed' }>

/**
 * The store failed, and nothing is presented with this lease. The lease may still be written later, so it is
 * released.
 */
export const unsent = (session: SessionStore, lease: Lease, error: unknown): Failed => ({
  type: 'failed',
  error: asAuthError(error),
  unsaved: giveBack(session, lease),
})

// After the device wakes up, the browser usually delivers within a second the replies that came while it slept.
const watchMs = 5000

const never = new Promise<never>(() => {})

/**
 * Wait until another attempt is done. Even if its lease has expired, it is watched for some seconds: if the
 * whole device slept, the tab of that attempt wakes together with this one, and needs time to store the answer
 * that came meanwhile.
 *
 * @returns its name: as `gone` if it is done or its tab is dead, as `watched` if its lease has expired and it
 *   was watched long enough; neither if it may still be under way
 */
export async function waitForRelease(
  lease: Lease,
  leaseMs: number,
): Promise<Pick<LeaseRequest, 'gone' | 'watched'>> {
  const { attempt, unlocked } = lease
  const left = leaseMs - leaseAge(lease)
  const isOver = left <= 0
  const giveUp = new AbortController()
  const locks = unlocked ? undefined : globalThis.navigator?.locks
  const lock = { mode: 'shared', signal: giveUp.signal } as const
  const released = locks?.request(`pixy-auth:${attempt}`, lock, () => attempt)
  // If there is no lock, or it is refused, `refresh` reads the record again and again.
  const blind = isOver ? never : sleep(Math.min(left, 300))
  const gone = await withTimeout(
    isOver ? watchMs : left,
    released?.catch(() => blind) ?? blind,
    () => giveUp.abort(),
  ).catch(() => undefined)
  return gone ? { gone } : { watched: isOver ? attempt : undefined }
}

// By hash of the refresh token: which attempt presented it, and when.
type Presented = Record<string, { attempt: string; at: number }>

/**
 * With `store: 'session'` each tab has its own copy of the session, and a duplicated tab has a copy of the same
 * refresh token. The tab that presents the token first notes that in the shared store, which both tabs read.
 *
 * @param last the attempt that this copy itself made before
 * @returns whether this copy may be presented: no other copy was
 */
export async function claimForTab(
  sharedStore: Store,
  token: string,
  attempt: string,
  last?: string,
): Promise<boolean> {
  const name = await hashOf(token)
  const [, after] = await sharedStore.update('pixy-auth:presented', (stored) => {
    const sound = Object.entries(Object(stored) as Presented).filter(
      ([, one]) => typeof one?.at === 'number',
    )
    const presented = Object.fromEntries(sound)
    const other = presented[name]
    if (other && other.attempt !== last) return presented
    const all = Object.entries({ ...presented, [name]: { attempt, at: Date.now() } })
    return Object.fromEntries(all.toSorted(([, a], [, b]) => b.at - a.at).slice(0, 100))
  })
  return (after as Presented)[name]?.attempt === attempt
}
