import { sleep } from '../lib/timeout.js'
import type { Memory } from './memory.js'
import type { Place } from './place.js'
import type { BackendSession } from './sessions.js'

const pauseMs = 2000
const laterMs = 300_000

/**
 * Saves a changed session. If the store does not take it, only this process knows the new refresh token, and another
 * process would soon present the old one, which the server no longer accepts. So this process tries again for five
 * minutes. The answer to the request does not wait for that.
 */
export function createSave(
  place: Place,
  latest: Memory['latest'],
): (session: BackendSession) => Promise<void> {
  const unsaved = new Set<string>()

  /** Whether no further attempt is needed. */
  async function isDone(session: BackendSession): Promise<boolean> {
    const { session: stored, isMissing } = await place.reload(session)
    const mine = latest(session)
    const isOver = !mine || (!stored && !isMissing)
    if (isOver || (stored && stored.version >= mine.version)) return true
    await place.save(mine)
    return latest(mine) === mine
  }

  async function saveLater(session: BackendSession): Promise<void> {
    unsaved.add(session.id)
    for (const began = performance.now(); performance.now() - began < laterMs;) {
      await sleep(pauseMs)
      if (await isDone(session).catch(() => false)) break
    }
    unsaved.delete(session.id)
  }

  return (session) =>
    place.save(session).catch(() => {
      if (!unsaved.has(session.id)) void saveLater(session)
    })
}
