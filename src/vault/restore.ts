import { asAuthError } from '../errors.js'
import { sleep } from '../lib/timeout.js'
import type { SessionContext } from './context.js'
import { canRenew, type Active } from './record.js'
import type { SessionStore } from './session.js'
import { mayExist } from './indexeddb-store.js'

/** Read the store. @param again how often to read again at once, if the store does not answer */
export type Read = (again?: number) => Promise<void>

/** A store that did not answer may hold a session, so it is read again: at once, and then in the background. */
export function createRead(session: SessionStore): Read {
  let isWaiting = false
  return async function read(again = 0): Promise<void> {
    try {
      await session.load()
    } catch (error) {
      // If the store cannot be read, the user is signed out, and a new sign-in will live in memory.
      if (asAuthError(error).code !== 'timeout') return
      if (again > 0) return read(again - 1)
      if (isWaiting) return
      isWaiting = true
      // For some seconds `store.ts` does not wait for a database that did not answer: these reads cost nothing.
      void sleep(2000).then(() => {
        isWaiting = false
        return read()
      })
    }
  }
}

/** Whether a session has reached its end: its time has passed, or nothing can renew it. */
const hasEnded = ({ isOver, clock }: SessionStore, record: Active, key: string): boolean =>
  isOver() || (!canRenew(record) && clock.remaining(record.tokens[key]) <= 0)

/**
 * Read the session from the store. End it if it has reached its end.
 *
 * @param refused the id of a session that the user has ended; `'*'` for any session; `!` and the id for a
 *   session that a sign-in has replaced. `undefined` if there is no sign of a session: then no database is
 *   created only to find none
 */
export async function restore(
  { config, session, defaultTokenKey }: SessionContext,
  read: Read,
  refused: string | undefined,
): Promise<void> {
  if (refused === undefined && config.store === 'indexeddb' && !(await mayExist())) return
  // Refused before the store is read, as the store may answer late.
  if (refused)
    await session.endOnly(refused.replace('!', ''), refused[0] === '!' ? 'expired' : 'sign-out')
  await read(1)
  const record = session.active()
  if (!record) return
  if (refused === '*') await session.endOnly(record.id, 'sign-out')
  else if (hasEnded(session, record, defaultTokenKey)) await session.endOnly(record.id, 'expired')
}

/** The session. If this tab has none, it reads the store first, as it may have missed a sign-in in another tab. */
export async function current({ session }: SessionContext): Promise<Active | undefined> {
  if (!session.active()) await session.load().catch(() => {})
  return session.active()
}
