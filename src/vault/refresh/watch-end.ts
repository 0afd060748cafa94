import { sleep } from '../../lib/timeout.js'
import type { VaultContext } from '../context.js'
import { canRenew, type Active } from '../record.js'

/** End the session when its time has come, even if no call is made, so that no guard lets its user in. */
export function watchEnd(context: VaultContext): void {
  const { session, refresh, defaultTokenKey: key } = context
  const record = session.active()
  const left = record ? timeLeft(record, session.clock.remaining(record.tokens[key])) : Infinity
  if (left === Infinity) return
  // A timer that is longer would fire at once.
  if (left > 0) void sleep(Math.min(left, 2 ** 31 - 1)).then(() => watchEnd(context))
  else
    refresh()
      .then((run) => run(key))
      .catch(() => {})
}

/**
 * Milliseconds until the session ends by itself.
 *
 * @param token milliseconds until its access token expires: if nothing renews that, the session ends with it
 */
const timeLeft = (record: Active, token: number): number =>
  Math.min((record.endsAt ?? Infinity) - Date.now(), canRenew(record) ? Infinity : token)
