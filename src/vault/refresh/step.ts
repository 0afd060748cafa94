import type { AuthError } from '../../errors.js'
import { hashOf } from '../token/encoding.js'
import { refuse } from '../token/refuse.js'
import type { SessionStore } from '../session.js'
import type { Active, Lease } from '../record.js'
import type { Acquired } from './lease.js'

/** The result of one round of a refresh: it is done, it cannot go on, or there is a reason for another round. */
export type Step = Exclude<Acquired, { type: 'mine' }> | { readonly type: 'again' }

/** What was presented, under which lease, for which token. */
export interface Attempt {
  readonly record: Active
  readonly lease: Lease
  readonly key: string
  readonly isForced: boolean
}

/** End the session because of what the server answered. */
export async function endSession(
  session: SessionStore,
  { record }: Pick<Attempt, 'record'>,
  error?: AuthError,
): Promise<Step> {
  const sent = record.refreshToken ?? ''
  const { before } = await refuse(session, record, await hashOf(sent))
  // Another tab got a new refresh token meanwhile, so the session goes on.
  if (!before) return { type: 'again' }
  return error ? { type: 'failed', error } : { type: 'ended' }
}
