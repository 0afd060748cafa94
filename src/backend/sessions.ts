import type { Claims, Session } from '../api.js'
import { AuthError } from '../errors.js'
import { sleep } from '../lib/timeout.js'
import type { Identity, Token } from '../vault/record.js'
import type { Cookies } from './answers.js'
import { bound } from './bound.js'
import { readCookies } from './cookies.js'
import { createMemory, type Memory } from './memory.js'
import type { Found, Place } from './place.js'
import { createSave } from './save.js'
import type { Opened, Seal } from './seal.js'
import type { SessionCookies } from './session-cookies.js'

/** The names by which a logout token of the server can end a session. */
export interface Logout {
  readonly names: readonly string[]
  /** When the session's ID token was issued: seconds, by the server's clock. */
  readonly issuedAt: number
}

/** A session as it is kept, sealed. Times are milliseconds since the epoch. */
export interface BackendSession {
  readonly v: 1
  /** Random; each sign-in makes a new one. */
  readonly id: string
  /** Grows with every change: the highest version is the newest. */
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
  readonly logout?: Logout | undefined
}

/** What may change in a session. */
export type SessionChange = Partial<
  Pick<BackendSession, 'user' | 'idToken' | 'refreshToken' | 'tokens' | 'refusedAt' | 'endsAt'>
>

type Name = Pick<BackendSession, 'id' | 'endsAt'>

/** The session that a request came with, if it is good. */
export interface Held {
  readonly cookies: ReadonlyMap<string, string>
  /** As the cookie or the store holds it. */
  readonly carried: BackendSession | undefined
  readonly isOld: boolean
  /** Whether nothing is known of the session, not even that it has ended. It is not shown, but its cookies are kept. */
  readonly isMissing?: boolean
  /** Its id and end, if they are known. */
  readonly name?: Name | undefined
  /** Whether the browser got another session in place of this one after the request came. */
  isLate(): boolean
}

/** The sessions of all users. If a store does not answer, methods that need it reject with AuthError `server_error`. */
export interface Sessions {
  load(request: Request): Promise<Held>
  /** The newest state of a session that this process knows; `undefined` where it has ended. */
  latest(session: BackendSession | undefined): BackendSession | undefined
  /** The newest state of a session, also if another process changed it. */
  reload(session: BackendSession): Promise<BackendSession | undefined>
  /**
   * Wait until only this process may change this session. Its turn ends with `change` or `release`.
   *
   * @param isGood whether the newest session needs no change: then the wait ends without a turn; it may throw
   * @returns the newest session
   * @throws AuthError `session_ended`
   */
  turn(
    session: BackendSession,
    isGood: (session: BackendSession) => boolean,
  ): Promise<BackendSession>
  /** Give up the turn, if nothing was changed. */
  release(session: BackendSession): Promise<void>
  change(session: BackendSession, change: SessionChange): Promise<BackendSession>
  end(session: Name): Promise<void>
  /** The cookies of a new session. @throws AuthError `config` if the session is too long for cookies */
  begin(cookies: Held['cookies'], session: BackendSession): Promise<Cookies>
  /**
   * The cookies that an answer sets, for the session as it is now. None if the browser got another session after the
   * request came: its next request would carry both.
   */
  cookiesFor(held: Held): Promise<Cookies>
  /** The lines that remove all sessions of the browser. */
  forget(held: Held): Cookies
}

const maxOpened = 1000
/** Milliseconds between two looks at a session that another process is changing. */
const lookMs = 200
const waitMs = 120_000

/** Opens the cookies of sessions. The latest are remembered, because each call of a page sends the same cookies. */
function createOpener({ unseal }: Seal) {
  const known = new Map<string, Opened>()
  return async (text: string | undefined): Promise<Opened | undefined> => {
    if (!text) return undefined
    const opened = known.get(text) ?? (await unseal('session', text))
    if (opened) known.set(text, opened)
    bound(known, maxOpened)
    return opened
  }
}

function createLoad(
  lines: SessionCookies,
  seal: Seal,
  place: Place,
  lateFor: Memory['lateFor'],
): Sessions['load'] {
  const open = createOpener(seal)
  return async (request) => {
    const cookies = readCookies(request)
    const opened = await open(lines.read(cookies))
    // If the text does not open, a process of another release or another backend of this host may have sealed it.
    const found: Found = opened ? await place.find(opened.value) : { isMissing: true }
    const { session: carried, ...more } = found
    const isLate = lateFor(carried?.id)
    return { cookies, carried, name: carried, ...more, isOld: opened?.isOld === true, isLate }
  }
}

export function createSessions(lines: SessionCookies, seal: Seal, place: Place): Sessions {
  const { latest, keep, end, leave, lateFor } = createMemory()
  const save = createSave(place, latest)

  const reload: Sessions['reload'] = async (session) =>
    latest((await place.reload(latest(session) ?? session)).session)

  const change: Sessions['change'] = async (session, change) => {
    const before = latest(session) ?? session
    const next = { ...before, ...change, version: before.version + 1 }
    keep(next)
    await save(next)
    return next
  }

  return {
    latest,
    reload,
    change,
    async begin(cookies, session) {
      const text = await place.carry(session)
      await place.save(session)
      leave(lines.current(cookies))
      return lines.begin(cookies, session, text)
    },
    forget: ({ cookies }) => lines.end(cookies),
    load: createLoad(lines, seal, place, lateFor),
    async turn(asked, isGood) {
      for (const began = performance.now(); ; await sleep(lookMs)) {
        const session = await reload(asked)
        if (!session) throw new AuthError('session_ended')
        if (isGood(session)) return session
        // This process may have been suspended since its last look, so look again.
        const now = (await place.claim(session)) ? await reload(session) : undefined
        if (now?.version === session.version) return now
        if (performance.now() - began > waitMs) throw new AuthError('timeout')
      }
    },
    async release(session) {
      // Each version has one turn, so the next turn needs a new version.
      if (!place.isInCookies && latest(session)?.version === session.version)
        await change(session, {})
    },
    async end(session) {
      end(session)
      // If the store does not answer, the caller must still go on and revoke the tokens at the server.
      await place.end(session).catch(() => {})
    },
    async cookiesFor({ cookies, carried, isMissing, isOld, isLate }) {
      const now = latest(carried)
      if (isLate()) return []
      if (!now) return isMissing ? lines.clean(cookies) : lines.end(cookies)
      const isChanged = place.isInCookies && now.version !== carried?.version
      return isChanged || isOld
        ? lines.renew(cookies, now, await place.carry(now))
        : lines.clean(cookies)
    },
  }
}
