import { asAuthError } from '../errors.js'
import { sleep } from '../lib/timeout.js'
import type { SessionContext } from './context.js'
import { canRenew, type Active, type Tombstone } from './record.js'

/** Why a restored session is of no use, if it is: the user has ended it before, or it is at its end. */
function endOf(
  { session, defaultTokenKey }: SessionContext,
  record: Active,
  refused: string | undefined,
): Tombstone['ended'] | undefined {
  if (refused === '*' || refused === record.id) return 'sign-out'
  const left = session.clock.remaining(record.tokens[defaultTokenKey])
  return !canRenew(record) && left <= 0 ? 'expired' : undefined
}

/**
 * Read the session from the store, and end it where it is over. A store that did not answer is not an
 * empty one: it is asked again, at last in the background.
 *
 * @param refused the id of a session that the user has ended; `'*'` for any
 */
export async function restore(
  context: SessionContext,
  refused: string | undefined,
  isLast = false,
): Promise<void> {
  const { session } = context
  try {
    await session.load()
    const record = session.active()
    const end = record && endOf(context, record, refused)
    if (end) await session.endOnly(record.id, end)
  } catch (error) {
    // Where nothing can be read the user is signed out; a new sign-in then lives in memory.
    if (asAuthError(error).code !== 'timeout') return
    if (!isLast) return restore(context, refused, true)
    void sleep(10_000).then(() => (session.active() ? undefined : restore(context, refused, true)))
  }
}

/** A tab may have missed a sign-in in another: it reads the store before it says that there was none. */
export async function current({ session }: SessionContext): Promise<Active | undefined> {
  if (!session.active()) await session.load().catch(() => {})
  return session.active()
}
