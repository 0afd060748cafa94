import { sleep } from '../../lib/timeout.js'
import { activeOf, type NewSession, type SessionRecord } from '../record.js'
import type { SessionStore } from '../session.js'
import { memoryStore } from '../store.js'
import type { Change } from '../stored.js'

/** What was changed. Where the store failed, `unsaved` lasts until it takes the change from this tab's memory. */
export interface Saved {
  readonly record: SessionRecord | undefined
  readonly unsaved?: Promise<void>
  /** The id of the session that was replaced. */
  readonly replaced?: string | undefined
}

type Seen = SessionRecord | undefined

const pauseMs = 2000

/** Whether what is stored is still what was there when the store failed. */
const isSame = (a: Seen, b: Seen): boolean =>
  a?.id === b?.id && activeOf(a)?.refreshToken === activeOf(b)?.refreshToken

/**
 * Offer the store what this tab holds until it takes it, or holds something else. Until then this
 * tab's memory is the only place where the session is.
 */
async function retryUntilSaved(session: SessionStore, seed: Seen): Promise<void> {
  for (let last = seed; ;) {
    await sleep(pauseMs)
    const mine = session.record()
    let next: Seen
    try {
      await session.changeShared((stored) => (next = isSame(stored, last) ? mine : undefined))
      // A refresh may have come in meanwhile: the store gets that as well.
      if (next && session.record() !== mine) last = mine
      else {
        session.useStore()
        return await session.load()
      }
    } catch {
      // A full disk may have room later.
    }
  }
}

/** Change what must not be lost: where the store fails, it lives on in this tab's memory. */
export async function save(session: SessionStore, fn: Change): Promise<Saved> {
  try {
    return { record: await session.change(fn) }
  } catch {
    // A callback comes before anything was read.
    if (!session.record()) await session.load().catch(() => {})
    const seed = session.record()
    session.useStore(memoryStore())
    await session.change(() => seed)
    const record = await session.change(fn)
    return { record, unsaved: retryUntilSaved(session, seed) }
  }
}

/** Save a new session, unless the user signed out of the session that was `seen` when it was asked for. */
export async function saveNew(
  session: SessionStore,
  created: NewSession,
  seen: Seen,
): Promise<Saved> {
  const id = crypto.randomUUID()
  let replaced: string | undefined
  const saved = await save(session, (before) => {
    if (before?.ended === 'sign-out' && activeOf(seen)?.id === before.id) return undefined
    replaced = activeOf(before)?.id
    return { ...created, v: 1, id, version: (before?.version ?? 0) + 1 }
  })
  return { ...saved, replaced }
}
