import { asAuthError } from '../errors.js'
import { sleep } from '../lib/timeout.js'
import type { SessionContext } from './context.js'
import { canRenew, type Active } from './record.js'
import type { SessionStore } from './session.js'
import { mayExist } from './indexeddb-store.js'

/** Read the store. @param again how often it is asked again at once, if it does not answer */
export type Read = (again?: number) => Promise<void>

/** A store that did not answer is not an empty one: it is asked again, at last in the background. */
export function createRead(session: SessionStore): Read {
  let isWaiting = false
  return async function read(again = 0): Promise<void> {
    try {
      await session.load()
    } catch (error) {
      // Where nothing can be read the user is signed out; a new sign-in then lives in memory.
      if (asAuthError(error).code !== 'timeout') return
      if (again > 0) return read(again - 1)
      if (isWaiting) return
      isWaiting = true
      // A store that does not answer is left alone for some seconds: until then this costs nothing.
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
 * Read the session from the store, and end it where it has reached its end.
 *
 * @param refused the id of a session that the user has ended; `'*'` for any; after `!` that of one which a
 *   sign-in has replaced. `undefined` where nothing is known of any session: then no database is made to find none
 */
export async function restore(
  { config, session, defaultTokenKey }: SessionContext,
  read: Read,
  refused: string | undefined,
): Promise<void> {
  if (refused === undefined && config.store === 'indexeddb' && !(await mayExist())) return
  // From here on it is refused, however late the store answers.
  if (refused)
    await session.endOnly(refused.replace('!', ''), refused[0] === '!' ? 'expired' : 'sign-out')
  await read(1)
  const record = session.active()
  if (!record) return
  if (refused === '*') await session.endOnly(record.id, 'sign-out')
  else if (hasEnded(session, record, defaultTokenKey)) await session.endOnly(record.id, 'expired')
}

/** A tab may have missed a sign-in in another: it reads the store before it says that there was none. */
export async function current({ session }: SessionContext): Promise<Active | undefined> {
  if (!session.active()) await session.load().catch(() => {})
  return session.active()
}
