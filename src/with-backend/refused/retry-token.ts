import type { Caller } from '../../door.js'
import type { Refused } from '../../vault/calls/fetch.js'
import type { Token } from '../../vault/record.js'
import { mayBeStale, wasForced } from '../../vault/refresh/retry-token.js'
import { demandOf } from '../../vault/optional/demand.js'
import { challengeError } from '../../vault/token/www-authenticate.js'
import type { LentTokens } from '../tokens/lent.js'

/** @throws AuthError for what the API demands before it answers a call that the backend forwarded */
export function checkDemand(answer: Response): void {
  const demand = demandOf(answer)
  if (!demand) return
  void answer.body?.cancel()
  throw demand
}

/**
 * A token in place of the one that an API refused. The backend is asked for a new one at most once in 30 s.
 *
 * @throws AuthError for what the API demands instead of another token
 */
export async function lentRetryToken(
  tokens: LentTokens,
  caller: Caller,
  { response, isLast, key, giveUp, token: { value } }: Refused,
): Promise<Token | undefined> {
  const demand = demandOf(response)
  if (demand) {
    giveUp()
    throw demand
  }
  if (isLast || !mayBeStale(response.status, challengeError(response))) return undefined
  const held = tokens.currentFor(caller, key)
  if (held && held.value !== value) return held
  if (wasForced(held)) return undefined
  const next = await tokens.renew(key, caller, value, Date.now()).catch(() => undefined)
  tokens.currentFor(caller, key)
  return next?.value === value ? undefined : next
}
