import { sleep } from '../../lib/timeout.js'
import type { VaultContext } from '../context.js'
import { canRenew, type Active } from '../record.js'

/** A session ends by itself at its end, so that no guard lets its user in. */
export function watchEnd(context: VaultContext): void {
  const { session, refresh, defaultTokenKey: key } = context
  const record = session.active()
  const left = record ? timeLeft(record, session.clock.remaining(record.tokens[key])) : Infinity
  if (left === Infinity) return
  // A longer timer would fire at once.
  if (left > 0) void sleep(Math.min(left, 2 ** 31 - 1)).then(() => watchEnd(context))
  else
    refresh()
      .then((run) => run(key))
      .catch(() => {})
}

/** Milliseconds until it ends by itself. @param token what is left of the token that it lasts as long as, if nothing renews it */
const timeLeft = (record: Active, token: number): number =>
  Math.min((record.endsAt ?? Infinity) - Date.now(), canRenew(record) ? Infinity : token)
