import type { AuthError } from '../../errors.js'
import { hashOf } from '../token/encoding.js'
import { refuse } from '../token/refuse.js'
import type { SessionStore } from '../session.js'
import type { Active, Lease } from '../record.js'
import type { Acquired } from './lease.js'

/** How one round of a refresh ended: it is done, or there is a reason to go round again. */
export type Step = Exclude<Acquired, { type: 'mine' }> | { readonly type: 'again' }

/** What was presented, under which lease, for which token. */
export interface Attempt {
  readonly record: Active
  readonly lease: Lease
  readonly key: string
  readonly isForced: boolean
}

/** The session has ended, by what the server answered. */
export async function endSession(
  session: SessionStore,
  { record }: Pick<Attempt, 'record'>,
  error?: AuthError,
): Promise<Step> {
  const sent = record.refreshToken ?? ''
  const { before } = await refuse(session, record, await hashOf(sent))
  // Another tab got a new refresh token meanwhile.
  if (!before) return { type: 'again' }
  return error ? { type: 'failed', error } : { type: 'ended' }
}
