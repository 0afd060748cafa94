import type { Caller } from '../../door.js'
import type { AccessTokens } from '../calls/access-tokens.js'
import { challengeError } from '../token/www-authenticate.js'
import type { Refused } from '../calls/fetch.js'
import type { VaultContext } from '../context.js'
import { canRenew, type Token } from '../record.js'

/**
 * Whether a 401 may mean that the token is too old. If CORS hides the challenge, it may.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 */
export const mayBeStale = (status: number, error = 'invalid_token'): boolean =>
  status === 401 && error === 'invalid_token'

/** @throws AuthError what the API demands, if the chunk that reads it can be loaded */
async function checkDemand({ response, giveUp }: Refused, error = ''): Promise<void> {
  if (!error.startsWith('insufficient_')) return
  const chunk = await import('../optional/demand.js').catch(() => undefined)
  const demand = chunk?.demandOf(response)
  if (!demand) return
  giveUp()
  throw demand
}

/** Whether a 401 was the reason to refresh this token in the last 30 s. */
export const wasForced = ({ forcedAt = 0 }: Partial<Token> = {}): boolean =>
  Math.abs(Date.now() - forcedAt) < 30_000

/**
 * Another token than the one that a resource refused with a 401: the token that is stored by now, or a new one
 * from a refresh, which is made once in 30 s at most. Resolves to `undefined` if there is none.
 *
 * @throws AuthError what the API demands instead of another token
 */
export async function retryToken(
  { session }: VaultContext,
  { currentFor, keyNow, signedIn, renew }: AccessTokens,
  caller: Caller,
  refused: Refused,
): Promise<Token | undefined> {
  const { response, isLast, key: given, token } = refused
  const { value } = token
  const error = challengeError(response)
  await checkDemand(refused, error)
  if (isLast || !mayBeStale(response.status, error)) return undefined
  const key = keyNow(given)
  const held = currentFor(caller, key)
  if (held && held.value !== value) return held
  if (!canRenew(signedIn()) || wasForced(held)) return undefined
  await renew(key, value, true).catch(() => {})
  const next = session.active() && currentFor(caller, key)
  return next?.value === value ? undefined : next
}
