import { living, type Fresh, type SessionRecord } from './record.js'
import type { HeldSession } from './session.js'
import { memoryStore } from './store.js'

/** What was changed; `unsaved` where it lives in this tab's memory until the store takes it. */
export interface Kept {
  readonly record: SessionRecord | undefined
  readonly unsaved?: Promise<void>
  /** The session whose place it took. */
  readonly replaced?: string | undefined
}

type Seen = SessionRecord | undefined

const pause = 2000

/** Whether there is still what was there when the store failed. */
const isSame = (a: Seen, b: Seen): boolean =>
  a?.id === b?.id && living(a)?.refreshToken === living(b)?.refreshToken

/**
 * Ask the store again and again to take what this tab holds, unless something else came between.
 * Until it has, the tab's own memory is the one place where the session is.
 */
async function insist(session: HeldSession, seed: Seen): Promise<void> {
  for (let last = seed; ;) {
    await new Promise((resolve) => setTimeout(resolve, pause))
    const mine = session.record()
    let next: Seen
    try {
      await session.offer((stored) => (next = isSame(stored, last) ? mine : undefined))
      // Another refresh may have come in meanwhile: the store is told of that as well.
      if (next && session.record() !== mine) last = mine
      else {
        session.move()
        return await session.load()
      }
    } catch {
      // A full disk has room again some time.
    }
  }
}

/** Change what must not be lost: where the store fails, it lives on in this tab's memory. */
export async function keep(session: HeldSession, fn: (record: Seen) => Seen): Promise<Kept> {
  try {
    return { record: await session.change(fn) }
  } catch {
    // A callback comes before anything was read.
    if (!session.record()) await session.load().catch(() => {})
    const seed = session.record()
    session.move(memoryStore())
    await session.change(() => seed)
    const record = await session.change(fn)
    return { record, unsaved: insist(session, seed) }
  }
}

/** Keep a new session, unless the user signed out of the one that was `seen` when it was asked for. */
export async function begin(session: HeldSession, fresh: Fresh, seen: Seen): Promise<Kept> {
  const id = crypto.randomUUID()
  let replaced: string | undefined
  const kept = await keep(session, (before) => {
    if (before?.ended === 'sign-out' && living(seen)?.id === before.id) return undefined
    replaced = living(before)?.id
    return { ...fresh, v: 1, id, version: (before?.version ?? 0) + 1 }
  })
  return { ...kept, replaced }
}
