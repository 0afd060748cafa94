import type { Claims, Session } from '../api.js'
import { AuthError } from '../errors.js'
import { own } from '../lib/own.js'
import type { Identity, Token } from '../vault/record.js'
import type { Cookies } from './answers.js'
import { readCookies, type CookieJar } from './cookies.js'
import type { Seal } from './seal.js'

/** A session as the browser carries it, sealed. Times are milliseconds since the epoch. */
export interface BackendSession {
  readonly v: 1
  /** Random; a new sign-in has a new one. */
  readonly id: string
  /** Counts every change: the highest one counts. */
  readonly version: number
  readonly endsAt: number
  readonly session: Session
  readonly user: Claims
  readonly identity: Identity | undefined
  readonly idToken: string | undefined
  readonly refreshToken: string | undefined
  readonly resource?: string | undefined
  /** By key, see `tokenKey`. */
  readonly tokens: Readonly<Record<string, Token>>
  /** When the server first refused the refresh token without saying that it is dead. */
  readonly refusedAt?: number | undefined
}

/** What may change in a session. */
export type SessionChange = Partial<
  Pick<BackendSession, 'user' | 'idToken' | 'refreshToken' | 'tokens' | 'refusedAt'>
>

/** The session that a request came with, if it is good. */
export interface Held {
  readonly cookies: ReadonlyMap<string, string>
  /** As the cookie has it. */
  readonly carried: BackendSession | undefined
  readonly isOld: boolean
}

/** The sessions of all users of this process. */
export interface Sessions {
  load(request: Request): Promise<Held>
  /** The newest state of a session; `undefined` where it has ended. */
  latest(session: BackendSession | undefined): BackendSession | undefined
  change(session: BackendSession, change: SessionChange): BackendSession
  end(session: BackendSession): void
  /** The cookies of a new session. @throws AuthError `config` where it fits no cookies */
  begin(cookies: Held['cookies'], session: BackendSession): Promise<Cookies>
  /** What an answer sets, for whatever became of the session meanwhile. */
  cookiesFor(held: Held): Promise<Cookies>
}

const hour = 3_600_000
const maxKept = 5000
// With what else a request has, servers take 16 kB of headers.
export const maxSealed = 11_000

/** The newest of a map, which keeps the order of its entries. */
export function bound(map: Map<string, unknown>, size: number): void {
  for (const key of map.keys()) {
    if (map.size <= size) return
    map.delete(key)
  }
}

function read(value: unknown): BackendSession | undefined {
  const session = own(value as BackendSession)
  return session.v === 1 && session.endsAt > Date.now() ? session : undefined
}

/**
 * Sessions that live in the browser's cookies. The process remembers for an hour what it changed: an answer
 * that the browser did not get, or another request that left with the old cookie, gets the same again, and
 * a refresh token is presented once. It remembers which sessions ended, as a copy of a cookie may be left.
 */
export function createSessions(jar: CookieJar, seal: Seal): Sessions {
  const changed = new Map<string, { readonly session: BackendSession; readonly until: number }>()
  const ended = new Map<string, number>()

  const latest: Sessions['latest'] = (session) => {
    if (!session || ended.has(session.id)) return undefined
    const known = changed.get(session.id)
    return known && known.until > Date.now() && known.session.version > session.version
      ? known.session
      : session
  }

  async function sealed(session: BackendSession): Promise<string> {
    const lifetime = session.endsAt - Date.now()
    const whole = await seal.seal('session', session, lifetime)
    if (whole.length <= maxSealed) return whole
    // It is a hint for the sign-out alone.
    const less = await seal.seal('session', { ...session, idToken: undefined }, lifetime)
    if (less.length > maxSealed)
      throw new AuthError('config', 'The tokens are too large for cookies: ask for less `scope`.')
    return less
  }

  const begin: Sessions['begin'] = async (cookies, session) =>
    jar.write(cookies, '', await sealed(session), {
      lifetime: session.endsAt - Date.now(),
      sameSite: 'Strict',
    })

  return {
    latest,
    begin,
    async load(request) {
      const cookies = readCookies(request)
      const text = jar.read(cookies, '')
      const opened = text ? await seal.unseal('session', text) : undefined
      return { cookies, carried: read(opened?.value), isOld: opened?.isOld === true }
    },
    change(session, change) {
      const before = latest(session) ?? session
      const next = { ...before, ...change, version: before.version + 1 }
      changed.delete(next.id)
      changed.set(next.id, { session: next, until: Date.now() + hour })
      bound(changed, maxKept)
      return next
    },
    end({ id, endsAt }) {
      changed.delete(id)
      ended.set(id, endsAt)
      bound(ended, maxKept * 20)
    },
    async cookiesFor({ cookies, carried, isOld }) {
      const now = latest(carried)
      if (!now) return jar.write(cookies, '', '', { lifetime: 0, sameSite: 'Strict' })
      return now.version !== carried?.version || isOld
        ? begin(cookies, now)
        : jar.clean(cookies, '')
    },
  }
}
