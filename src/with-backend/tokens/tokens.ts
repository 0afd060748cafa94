import type { Caller } from '../../door.js'
import { isAuthError } from '../../errors.js'
import type { TokenSource } from '../../vault/calls/fetch.js'
import type { Token } from '../../vault/record.js'
import type { LentTokens } from './lent.js'

/**
 * A token that lives long enough. If it cannot be renewed for now, the current token is given until it expires.
 *
 * @param minTtl seconds that the token must still live
 * @throws AuthError `account_changed`, `session_ended`, and the backend's refusal
 */
export async function tokenFor(
  tokens: LentTokens,
  key: string,
  caller: Caller,
  minTtl = 0,
): Promise<Token> {
  const held = tokens.currentFor(caller, key)
  const left = tokens.remaining(held)
  const life = held ? held.expiresAt - held.receivedAt : 0
  // Do not ask for more time than a new token has: each call would renew the token.
  const isShort = left <= Math.min(minTtl * 1000, (life * 3) / 4)
  if (held && !isShort && !tokens.needsRenewal(held)) return held
  const unfit = minTtl && isShort ? held?.value : undefined
  const next = await tokens.renew(key, caller, unfit).catch((failure: unknown) => {
    const isForNow = isAuthError(failure) && failure.retryable
    if (held && isForNow && !isShort && tokens.remaining(held) > 0) return held
    throw failure
  })
  tokens.currentFor(caller, key)
  return next
}

/** The tokens of a call that was made under `caller`; none while signed out. */
export const sourceFor = (
  tokens: LentTokens,
  caller: Caller | undefined,
  note: TokenSource['note'],
): TokenSource => ({
  token: async (key) => caller && tokenFor(tokens, key, caller),
  async retryToken(refused) {
    if (!caller) return undefined
    const chunk = await import('../refused/retry-token.js').catch(() => undefined)
    return chunk?.lentRetryToken(tokens, caller, refused)
  },
  proof: async () => undefined,
  note,
})
