import { asAuthError, AuthError } from '../../errors.js'
import { sleep } from '../../lib/timeout.js'
import type { Store } from '../../options.js'
import { activeOf, type NewSession, type SessionRecord } from '../record.js'
import type { SessionStore } from '../session.js'
import { memoryStore } from '../memory-store.js'
import type { Change } from '../stored.js'

/** What was changed. Where the store failed, `unsaved` lasts until it takes the change from this tab's memory. */
export interface Saved {
  readonly record: SessionRecord | undefined
  readonly unsaved?: Promise<void>
  /** After `!` the id of the session that was replaced. */
  readonly replaced?: string | undefined
}

type Seen = SessionRecord | undefined

const pauseMs = 2000

/** Whether what is stored is still what was there when the store failed. */
const isSame = (a: Seen, b: Seen): boolean =>
  a?.id === b?.id &&
  a?.ended === b?.ended &&
  activeOf(a)?.refreshToken === activeOf(b)?.refreshToken

/**
 * Whether what is stored may give way to `mine`: it is what this tab has seen there, or, where `mine` is of a later
 * sign-in, what has become of it, unless the user signed out.
 */
const givesWay = (stored: Seen, seen: Seen, mine: Seen): boolean =>
  isSame(stored, seen) ||
  (stored?.id === seen?.id && stored?.id !== mine?.id && stored?.ended !== 'sign-out')

/**
 * What the store gets of `mine`. A write that came late may be there already, with the lease of a tab that
 * found its refresh token: that lease stays, and no version is written twice.
 */
function recordFor(stored: Seen, mine: Seen): Seen {
  if (!stored || !mine) return mine
  if (!isSame(stored, mine)) return { ...mine, version: Math.max(mine.version, stored.version + 1) }
  if (stored.version >= mine.version || mine.ended) return stored
  return { ...mine, lease: activeOf(stored)?.lease }
}

/** A store that is read only. */
const readOnly = ({ get }: Store): Store => ({
  get,
  update: async () => {
    throw new AuthError('storage')
  },
})

/** Whether a write may still come through, though its caller has given up. */
const isLate = (error: unknown): boolean => asAuthError(error).code === 'timeout'

/**
 * Offer the store what this tab holds until it takes it, or holds something else. Until then this
 * tab's memory is the only place where the session is; and if a write may still come through, no tab
 * may present the refresh token from memory, as others may find it in the store.
 *
 * @param seen what the store may hold of this tab's own
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
      // A refresh may have come in meanwhile: the store gets that as well.
      if (next && session.record() !== mine) known = [mine]
      else {
        session.useStore()
        return await session.load()
      }
    } catch (error) {
      // A full disk may have room later.
      if (isLate(error)) session.useStore(readOnly(memory))
    }
  }
}

/** Change what must not be lost: where the store fails, it lives on in this tab's memory. */
export async function save(session: SessionStore, fn: Change): Promise<Saved> {
  let made: Seen
  try {
    return { record: await session.change((stored) => (made = fn(stored))) }
  } catch (error) {
    // What is read now comes after a write that was late. A callback comes before anything was read.
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

/** Whether the user has signed out of the session that was `seen`, or signed in again, since `created` was asked for. */
function isOvertaken(before: Seen, seen: Seen, created: NewSession): boolean {
  const active = activeOf(before)
  return active
    ? active.id !== seen?.id && requestedAt(active) > requestedAt(created)
    : before?.ended === 'sign-out' && activeOf(seen)?.id === before.id
}

/**
 * Save a new session, unless what the user did since counts more: a tab that was frozen comes too late.
 *
 * @param seen what was stored when the tokens were asked for
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
    // Where there was no session, a sign-out leaves no tombstone.
    if (session.signedOutAt() > startedAt || isOvertaken(before, seen, created)) return undefined
    // A slow store may show this very session: what came late is not what it replaced.
    const { id: found } = activeOf(before) ?? {}
    if (found && found !== id) replaced = `!${found}`
    return { ...created, v: 1, id, version: (before?.version ?? 0) + 1 }
  })
  return { ...saved, replaced }
}
