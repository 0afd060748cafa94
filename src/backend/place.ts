import { AuthError } from '../errors.js'
import { own } from '../lib/own.js'
import { bound } from './bound.js'
import { maxSealed } from './cookies.js'
import type { Seal } from './seal.js'
import type { BackendSession } from './sessions.js'

/** What became of the session that a browser names. */
export interface Found {
  readonly session?: BackendSession | undefined
  /** Whether nothing is known of it, not even that it has ended: the store may have lost it for now. */
  readonly isMissing?: boolean
  /** What the cookies call it, where the store has it not. */
  readonly name?: Pick<BackendSession, 'id' | 'endsAt'>
}

/** Where the sessions are kept: in the browser's cookies, or in a store to which the cookie has the name. */
export interface Place {
  /** Whether the cookies change with the session. */
  readonly isInCookies: boolean
  /** What the cookies have. @throws AuthError `config` where it fits no cookies */
  carry(session: BackendSession): Promise<string>
  /** @param value of the cookies, that this backend has sealed */
  find(value: unknown): Promise<Found>
  /** The session as it is now, whichever process changed it. */
  reload(session: BackendSession): Promise<Found>
  save(session: BackendSession): Promise<void>
  end(session: Pick<BackendSession, 'id' | 'endsAt'>): Promise<void>
  /** Whether this process may change the session in this version: one may. */
  claim(session: BackendSession): Promise<boolean>
  /**
   * End the sessions whose ID token is not younger than a logout token, by what it names.
   *
   * @param issuedAt seconds, by the server's clock
   */
  endNamed(names: readonly string[], issuedAt: number, ttl: number): Promise<void>
  /** Whether this name is used for the first time. @param ttl milliseconds */
  once(name: string, ttl: number): Promise<boolean>
}

const maxOnce = 100_000

/** A session that was opened, if it still lives. */
export function alive(value: unknown): BackendSession | undefined {
  const session = own(value as BackendSession)
  return session.v === 1 && session.endsAt > Date.now() ? session : undefined
}

/** All of a session is in the browser's cookies: other processes know nothing of it. */
export function placeInCookies({ seal }: Seal): Place {
  const used = new Map<string, number>()
  return {
    isInCookies: true,
    async carry(session) {
      const lifetime = session.endsAt - Date.now()
      const whole = await seal('session', session, lifetime)
      if (whole.length <= maxSealed) return whole
      // It is a hint for the sign-out alone.
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
    // No process sees the cookies of other requests.
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
