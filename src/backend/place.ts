import { AuthError } from '../errors.js'
import { own } from '../lib/own.js'
import { bound } from './bound.js'
import { maxSealed } from './cookies.js'
import type { Seal } from './seal.js'
import type { BackendSession } from './sessions.js'

/** What is known of the session that a browser's cookies name. */
export interface Found {
  readonly session?: BackendSession | undefined
  /** Whether nothing is known of the session, not even that it has ended: the store may lack it only for a while. */
  readonly isMissing?: boolean
  /** The session's id and end from the cookies, if the store does not have the session. */
  readonly name?: Pick<BackendSession, 'id' | 'endsAt'>
}

/** Where sessions are kept: in the browser's cookies, or in a store, with only the session's id in the cookies. */
export interface Place {
  /** Whether the cookies hold the session, and so change with it. */
  readonly isInCookies: boolean
  /** The sealed text for the cookies. @throws AuthError `config` if the text is too long for cookies */
  carry(session: BackendSession): Promise<string>
  /** @param value the opened text of the cookies, which this backend had sealed */
  find(value: unknown): Promise<Found>
  /** The session as it is now, also if another process changed it. */
  reload(session: BackendSession): Promise<Found>
  save(session: BackendSession): Promise<void>
  end(session: Pick<BackendSession, 'id' | 'endsAt'>): Promise<void>
  /** Whether this process may change this version of the session. Only one process may. */
  claim(session: BackendSession): Promise<boolean>
  /**
   * End the sessions with one of these names, unless their ID token is newer than the logout token.
   *
   * @param issuedAt when the logout token was issued: seconds, by the server's clock
   */
  endNamed(names: readonly string[], issuedAt: number, ttl: number): Promise<void>
  /** Whether this name is used for the first time. @param ttl milliseconds */
  once(name: string, ttl: number): Promise<boolean>
}

const maxOnce = 100_000

/** The session in an opened value, unless it has expired. */
export function alive(value: unknown): BackendSession | undefined {
  const session = own(value as BackendSession)
  return session.v === 1 && session.endsAt > Date.now() ? session : undefined
}

/** Keeps the whole session in the browser's cookies. Processes share nothing. */
export function placeInCookies({ seal }: Seal): Place {
  const used = new Map<string, number>()
  return {
    isInCookies: true,
    async carry(session) {
      const lifetime = session.endsAt - Date.now()
      const whole = await seal('session', session, lifetime)
      if (whole.length <= maxSealed) return whole
      // Leave out the ID token: the sign-out needs it only as a hint.
      const less = await seal('session', { ...session, idToken: undefined }, lifetime)
      if (less.length > maxSealed)
        throw new AuthError(
          'config',
          'The tokens are too large for cookies: ask for less `scope`, or give `store`.',
        )
      return less
    },
    find: async (value) => ({ session: alive(value) }),
    reload: async (session) => ({ session }),
    save: async () => {},
    end: async () => {},
    claim: async () => true,
    // A logout token comes without the cookies of the sessions that it names.
    endNamed: async () => {},
    async once(name, ttl) {
      for (const [one, until] of used) if (until < Date.now()) used.delete(one)
      if (used.has(name)) return false
      used.set(name, Date.now() + ttl)
      bound(used, maxOnce)
      return true
    },
  }
}
