import { asAuthError, AuthError } from '../../errors.js'
import { sleep } from '../../lib/timeout.js'
import type { Store } from '../../options.js'
import { activeOf, type NewSession, type SessionRecord } from '../record.js'
import type { SessionStore } from '../session.js'
import { memoryStore } from '../memory-store.js'
import type { Change } from '../stored.js'

/**
 * The result of a change. If the store failed, the change is in this tab's memory, and `unsaved` resolves once
 * the store has taken it.
 */
export interface Saved {
  readonly record: SessionRecord | undefined
  readonly unsaved?: Promise<void>
  /** `!` and the id of the session that was replaced. */
  readonly replaced?: string | undefined
}

type Seen = SessionRecord | undefined

const pauseMs = 2000

/** Whether two records are the same session, with the same end and the same refresh token. */
const isSame = (a: Seen, b: Seen): boolean =>
  a?.id === b?.id &&
  a?.ended === b?.ended &&
  activeOf(a)?.refreshToken === activeOf(b)?.refreshToken

/**
 * Whether `mine` may replace the stored record: it is the one that this tab has seen there, or, if `mine` is of
 * a later sign-in, a later state of that session, unless the user signed out.
 */
const givesWay = (stored: Seen, seen: Seen, mine: Seen): boolean =>
  isSame(stored, seen) ||
  (stored?.id === seen?.id && stored?.id !== mine?.id && stored?.ended !== 'sign-out')

/**
 * What to write in place of the stored record. An earlier write may have been done late, and another tab may
 * have found its refresh token and taken the lease: that lease is kept, and every write raises the version.
 */
function recordFor(stored: Seen, mine: Seen): Seen {
  if (!stored || !mine) return mine
  if (!isSame(stored, mine)) return { ...mine, version: Math.max(mine.version, stored.version + 1) }
  if (stored.version >= mine.version || mine.ended) return stored
  return { ...mine, lease: activeOf(stored)?.lease }
}

/** A store that can only be read. */
const readOnly = ({ get }: Store): Store => ({
  get,
  update: async () => {
    throw new AuthError('storage')
  },
})

/** Whether a write may still be done later, though its caller has given up. */
const isLate = (error: unknown): boolean => asAuthError(error).code === 'timeout'

/**
 * Write what this tab holds to the store, again and again, until the store takes it or holds something else.
 * Until then the session is only in this tab's memory. And if an earlier write may still be done, no tab may
 * present the refresh token from memory, as others may find it in the store.
 *
 * @param seen the records that the store may hold, and that this tab's record may replace
 */
async function retryUntilSaved(session: SessionStore, memory: Store, seen: Seen[]): Promise<void> {
  for (let known = seen; ;) {
    await sleep(pauseMs)
    const mine = session.record()
    let next: Seen
    try {
      await session.changeShared(
        (stored) =>
          (next = known.some((one) => givesWay(stored, one, mine))
            ? recordFor(stored, mine)
            : undefined),
      )
      // A refresh may have changed the record meanwhile: the store gets that as well.
      if (next && session.record() !== mine) known = [mine]
      else {
        session.useStore()
        return await session.load()
      }
    } catch (error) {
      // Try again: a full disk, for one, may have room later.
      if (isLate(error)) session.useStore(readOnly(memory))
    }
  }
}

/** Make a change that must not be lost: if the store fails, the record goes on in this tab's memory. */
export async function save(session: SessionStore, fn: Change): Promise<Saved> {
  let made: Seen
  try {
    return { record: await session.change((stored) => (made = fn(stored))) }
  } catch (error) {
    // This read comes after a write that was late, so it shows whether that was done. In a callback nothing was
    // read before.
    const isRead = await session.load().then(
      () => true,
      () => false,
    )
    const seed = session.record()
    if (made && isSame(seed, made) && seed?.version === made.version) return { record: seed }
    const memory = memoryStore()
    session.useStore(memory)
    await session.change(() => seed)
    const record = await session.change(fn)
    if (!isRead && isLate(error)) session.useStore(readOnly(memory))
    return { record, unsaved: retryUntilSaved(session, memory, made ? [seed, made] : [seed]) }
  }
}

/** When the sign-in asked for its first tokens. */
const requestedAt = ({ requestedAt: at = 0 }: NewSession): number => at

/**
 * Whether the user has signed out of the session that was `seen`, or has signed in again, since `created` was
 * requested.
 */
function isOvertaken(before: Seen, seen: Seen, created: NewSession): boolean {
  const active = activeOf(before)
  return active
    ? active.id !== seen?.id && requestedAt(active) > requestedAt(created)
    : before?.ended === 'sign-out' && activeOf(seen)?.id === before.id
}

/**
 * Save a new session, unless the user has signed out, or signed in again, since its sign-in: a tab that was
 * frozen comes too late.
 *
 * @param seen what was stored when the tokens were requested
 * @param startedAt when the sign-in was started: milliseconds since the epoch
 */
export async function saveNew(
  session: SessionStore,
  created: NewSession,
  seen: Seen,
  startedAt: number,
): Promise<Saved> {
  const id = crypto.randomUUID()
  let replaced: string | undefined
  const saved = await save(session, (before) => {
    // If there was no session, a sign-out left no tombstone, only this time.
    if (session.signedOutAt() > startedAt || isOvertaken(before, seen, created)) return undefined
    // A slow store may already hold this very session, from a write that was late: that is not a session that
    // it replaced.
    const { id: found } = activeOf(before) ?? {}
    if (found && found !== id) replaced = `!${found}`
    return { ...created, v: 1, id, version: (before?.version ?? 0) + 1 }
  })
  return { ...saved, replaced }
}
