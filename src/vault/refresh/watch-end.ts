import { sleep } from '../../lib/timeout.js'
import type { VaultContext } from '../context.js'
import { canRenew } from '../record.js'

/** A session that nothing can renew ends with its token, so that no guard lets its user in. */
export function watchEnd(context: VaultContext): void {
  const { session, refresh, defaultTokenKey: key } = context
  const record = session.active()
  if (!record || canRenew(record)) return
  const left = session.clock.remaining(record.tokens[key])
  // A longer timer would fire at once.
  if (left > 0) void sleep(Math.min(left, 2 ** 31 - 1)).then(() => watchEnd(context))
  else
    refresh()
      .then((run) => run(key))
      .catch(() => {})
}
