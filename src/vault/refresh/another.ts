import type { Caller } from '../../door.js'
import type { AccessTokens } from '../calls/access-tokens.js'
import { challengeError } from '../token/challenge.js'
import type { Refused } from '../calls/fetch.js'
import type { VaultContext } from '../context.js'
import { canRenew, type Token } from '../record.js'

/**
 * Whether a 401 may be about the token's age. Where CORS hides the challenge, it may.
 *
 * @see [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
 */
const mayBeStale = (response: Response): boolean =>
  /^invalid_token$/.test(challengeError(response) ?? 'invalid_token')

/** Whether a 401 forced a refresh of it just now. */
const wasForced = ({ forcedAt = 0 }: Partial<Token> = {}): boolean =>
  Math.abs(Date.now() - forcedAt) < 30_000

/**
 * Another token than the one that a resource refused with a 401, by one refresh in 30 s at most.
 * Resolves to `undefined` where there is none.
 */
export async function another(
  { session }: VaultContext,
  { currentFor, keyNow, signedIn, renew }: AccessTokens,
  caller: Caller,
  { response, key: given, token: { value } }: Refused,
): Promise<Token | undefined> {
  if (!mayBeStale(response)) return undefined
  const key = keyNow(given)
  const held = currentFor(caller, key)
  if (held && held.value !== value) return held
  if (!canRenew(signedIn()) || wasForced(held)) return undefined
  await renew(key, value, true).catch(() => {})
  const next = session.active() && currentFor(caller, key)
  return next?.value === value ? undefined : next
}
