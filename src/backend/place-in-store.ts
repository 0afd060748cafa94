import { own } from '../lib/own.js'
import { sleep } from '../lib/timeout.js'
import { alive, type Found, type Place } from './place.js'
import type { Seal } from './seal.js'
import type { BackendSession, Logout } from './sessions.js'
import type { Entries } from './store.js'

/** What the cookie holds: the session's id, and the names by which a logout token may have ended it. */
interface Name {
  readonly v: 2
  readonly id: string
  readonly endsAt: number
  readonly logout: Logout | undefined
}

/** Longer than a refresh takes, including all its waiting. */
const turnMs = 60_000
/** Longer than a store takes for a `get` and a `set`. */
const settleMs = 500
const retries = 3

const nameOf = ({ id, endsAt, logout }: BackendSession): Name => ({ v: 2, id, endsAt, logout })

/**
 * Give the turn to one process, with a store that can only get and set. A process that finds no entry writes its own,
 * waits, and has the turn if its entry is still there.
 *
 * Only one process gets the turn, however slow the processes and their connections are. A process gives up if its write
 * ended more than `settleMs` after its first look. All other writes have ended before any process looks again. Entries
 * are never deleted: a late delete would give the same turn to a second process.
 *
 * @see [Fischer's algorithm](https://en.wikipedia.org/wiki/Fischer%27s_algorithm)
 */
async function settle(entries: Entries, name: string, mine: string): Promise<boolean> {
  const began = performance.now()
  if ((await entries.get('turn', name)) !== undefined) return false
  await entries.set('turn', name, mine, turnMs)
  if (performance.now() - began > settleMs) return false
  // A timer may be early by a millisecond.
  await sleep(settleMs + 5)
  return (await entries.get('turn', name)) === mine
}

/**
 * Sessions in a store that processes share. Its entries are sealed, and so is the session's id in the cookie. A thief
 * with a copy of the store can read no token and use no session.
 */
export function placeInStore({ seal, unseal }: Seal, entries: Entries): Place {
  async function find(value: unknown): Promise<Found> {
    const { v, id, endsAt, logout } = own(value as Name)
    if (v !== 2 || !(endsAt > Date.now())) return {}
    const [text, ended, ...logouts] = await Promise.all([
      entries.get('session', id),
      entries.get('ended', id),
      ...(logout?.names ?? []).map((name) => entries.get('logout', name)),
    ])
    const isOver = logouts.some((at) => at !== undefined && Number(at) >= (logout?.issuedAt ?? 0))
    if (ended !== undefined || isOver) return {}
    if (text === undefined) return { isMissing: true, name: { id, endsAt } }
    return { session: alive((await unseal('session', text))?.value) }
  }

  async function save(session: BackendSession): Promise<void> {
    const lifetime = session.endsAt - Date.now()
    await entries.set('session', session.id, await seal('session', session, lifetime), lifetime)
  }

  return {
    isInCookies: false,
    carry: (session) => seal('session', nameOf(session), session.endsAt - Date.now()),
    find,
    reload: (session) => find(nameOf(session)),
    async save(session) {
      // Try again: the store still has the old refresh token, which the server no longer accepts.
      for (let left = retries; ; left--) {
        try {
          return await save(session)
        } catch (failure) {
          if (left === 0) throw failure
          await sleep(settleMs)
          // A late write must not replace a newer version that another process has written since.
          const { session: now } = await find(nameOf(session)).catch((): Found => ({}))
          if (now && now.version >= session.version) return
        }
      }
    },
    async end({ id, endsAt }) {
      // A refresh that is under way may write the session again. This entry stays, and says that the session has ended.
      await entries.set('ended', id, '1', endsAt - Date.now())
      await entries.delete('session', id)
    },
    async claim({ id, version }) {
      // Each change makes a new version, so each turn has its own entry.
      const name = `${id}:${version}`
      const mine = crypto.randomUUID()
      return (await entries.add('turn', name, mine, turnMs)) ?? settle(entries, name, mine)
    },
    async endNamed(names, issuedAt, ttl) {
      for (const name of names) {
        // Logout tokens may arrive in another order than they were issued.
        const before = Number((await entries.get('logout', name)) ?? 0)
        await entries.set('logout', name, String(Math.max(before, issuedAt)), ttl)
      }
    },
    async once(name, ttl) {
      const added = await entries.add('once', name, '1', ttl)
      if (added !== undefined) return added
      if ((await entries.get('once', name)) !== undefined) return false
      await entries.set('once', name, '1', ttl)
      return true
    },
  }
}
