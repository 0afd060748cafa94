import { tombstoneOf, type Active } from '../record.js'
import type { EndedSession, SessionStore } from '../session.js'

/**
 * End a session that cannot be renewed.
 *
 * @param refused the hash of the refresh token, if the server refused it; without one the session has expired
 */
export const refuse = (
  { end }: SessionStore,
  { id, refreshToken }: Pick<Active, 'id' | 'refreshToken'>,
  refused?: string,
): Promise<EndedSession> =>
  end((record) =>
    record.id === id && record.refreshToken === refreshToken
      ? tombstoneOf(record, refreshToken ? 'refused' : 'expired', refused)
      : undefined,
  )
