import type { Snapshot } from '../../door.js'
import type { AccessTokens } from '../calls/access-tokens.js'
import type { VaultContext } from '../context.js'
import { callerOf } from '../record.js'

/** Renew the token of the first resource, because the app calls `refresh()`. */
export async function refreshNow(
  { session, defaultTokenKey }: VaultContext,
  { signedIn, currentFor, keyNow, renew }: AccessTokens,
): Promise<Snapshot> {
  const before = signedIn()
  const key = keyNow(defaultTokenKey)
  await renew(key, before.tokens[key]?.value)
  currentFor(callerOf(before), key)
  return session.snapshot()
}

/** After an error the token is renewed even if it is still valid, to see whether the server works again. */
export async function resume({
  session,
  refresh,
  defaultTokenKey: key,
}: VaultContext): Promise<void> {
  const record = session.active()
  if (!record) return
  const token = record.tokens[key]
  const state = session.snapshot()
  const unfit = (state.status === 'signed-in' && state.stale && token?.value) || undefined
  if (!unfit && session.clock.remaining(token) > 0 && !session.isOver()) return
  const renew = await refresh()
  await renew(key, unfit)
}
