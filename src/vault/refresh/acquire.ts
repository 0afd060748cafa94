import { asAuthError, AuthError } from '../../errors.js'
import { hashOf } from '../token/encoding.js'
import { sleep, withTimeout } from '../../lib/timeout.js'
import type { Store } from '../../options.js'
import type { VaultContext } from '../context.js'
import { activeOf, type Lease } from '../record.js'
import type { SessionStore } from '../session.js'
import type { Change } from '../stored.js'
import { decide, leaseAge, type Acquired, type LeaseRequest } from './lease.js'

/** Whether a late write came through is told by the next read: no server was slow. */
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

/** The attempt is done and the session goes on: say in its lease what the next attempt has to wait for. */
export async function release(
  session: SessionStore,
  { attempt }: Lease,
  more: Partial<Lease>,
): Promise<void> {
  await write(session, (record) => {
    const active = activeOf(record)
    if (active?.lease?.attempt !== attempt) return undefined
    // Any answer but a refusal forgets that there was one.
    const { refusedAt: _, ...rest } = active.lease
    return { ...active, version: active.version + 1, lease: { ...rest, settled: true, ...more } }
  })
}

/** Two attempts with an unknown outcome keep the token back, so one that presented nothing must say so. */
async function giveBack(session: SessionStore, lease: Lease): Promise<void> {
  for (let tries = 0; tries < 10; tries++)
    try {
      return await release(session, lease, {})
    } catch {
      await sleep(1000)
    }
}

type Failed = Extract<Acquired, { type: 'failed' }>

/** The store failed under a lease with which nothing is presented, and which it may still write. */
export const unsent = (session: SessionStore, lease: Lease, error: unknown): Failed => ({
  type: 'failed',
  error: asAuthError(error),
  unsaved: giveBack(session, lease),
})

// Replies that came while the device slept are handed out within a second of its waking, as a rule.
const watchMs = 5000

const never = new Promise<never>(() => {})

/**
 * Wait until another attempt is done. One whose time is up is watched for some seconds all the same:
 * where the whole device slept, the tab of that attempt wakes together with this one, and must be given
 * the time to store the answer that waited for it.
 *
 * @returns its name, as that of one that is done or whose tab is dead, or as that of one that was watched
 *   long enough; nothing if it may still be under way
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
  // Where there is no lock, or it is refused, the record is read again and again.
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
 * Where each tab has its own copy of the session, a duplicated tab has a copy of the same refresh
 * token. The tab that presents it first says so in the shared store, where both look.
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
