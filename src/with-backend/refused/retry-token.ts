import type { Caller } from '../../door.js'
import type { Refused } from '../../vault/calls/fetch.js'
import type { Token } from '../../vault/record.js'
import { mayBeStale, wasForced } from '../../vault/refresh/retry-token.js'
import { demandOf } from '../../vault/optional/demand.js'
import { challengeError } from '../../vault/token/www-authenticate.js'
import type { LentTokens } from '../tokens/lent.js'

/** @throws AuthError what the API demands before it answers a call that the backend made */
export function checkDemand(answer: Response): void {
  const demand = demandOf(answer)
  if (!demand) return
  void answer.body?.cancel()
  throw demand
}

/**
 * Another token than the one that an API refused, by one renewal in 30 s at most.
 *
 * @throws AuthError what the API demands instead of another token
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
