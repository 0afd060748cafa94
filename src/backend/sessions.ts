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

/** By what the server may end a session: a logout token names it. */
export interface Logout {
  readonly names: readonly string[]
  /** When its ID token was issued, by the server's clock: seconds. */
  readonly issuedAt: number
}

/** A session as it is kept, sealed. Times are milliseconds since the epoch. */
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
  /** As the cookie or the store has it. */
  readonly carried: BackendSession | undefined
  readonly isOld: boolean
  /** Whether nothing is known of it, not even that it has ended: neither is it shown, nor its cookie removed. */
  readonly isMissing?: boolean
  /** What it is called, where that is known. */
  readonly name?: Name | undefined
  /** Whether the browser got another session in its place since the request came. */
  isLate(): boolean
}

/** The sessions of all users. Where a store is asked, AuthError `server_error` says that it does not answer. */
export interface Sessions {
  load(request: Request): Promise<Held>
  /** The newest state of a session that this process knows; `undefined` where it has ended. */
  latest(session: BackendSession | undefined): BackendSession | undefined
  /** The newest state of a session, of whichever process. */
  reload(session: BackendSession): Promise<BackendSession | undefined>
  /**
   * Wait until this process alone may change this session: until it has changed, or `release`.
   *
   * @param isGood whether the session is good as it is by now: then there is nothing to wait for; it may throw
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
  /** The cookies of a new session. @throws AuthError `config` where it fits no cookies */
  begin(cookies: Held['cookies'], session: BackendSession): Promise<Cookies>
  /**
   * What an answer sets, for whatever became of the session meanwhile. Nothing where the browser got another session
   * since the request came: its next request would carry both.
   */
  cookiesFor(held: Held): Promise<Cookies>
  /** What removes all sessions of the browser. */
  forget(held: Held): Cookies
}

const maxOpened = 1000
/** How often a process that waits for another looks what came of it. */
const lookMs = 200
const waitMs = 120_000

/** Opens the cookies of sessions. Those of late are remembered: each call of a page brings the same ones. */
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
    // A process of another release may have sealed it, or another backend of this host.
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
        // This process may have slept since it looked.
        const now = (await place.claim(session)) ? await reload(session) : undefined
        if (now?.version === session.version) return now
        if (performance.now() - began > waitMs) throw new AuthError('timeout')
      }
    },
    async release(session) {
      // Each version has one turn.
      if (!place.isInCookies && latest(session)?.version === session.version)
        await change(session, {})
    },
    async end(session) {
      end(session)
      // Where the store does not answer, the server still takes back what the session has.
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
