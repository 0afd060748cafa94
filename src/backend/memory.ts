import { bound } from './bound.js'
import type { BackendSession } from './sessions.js'

/** What the process knows of sessions, besides what their browsers and the store have. */
export interface Memory {
  /** The newest state of a session that is known; `undefined` where it has ended. */
  latest(session: BackendSession | undefined): BackendSession | undefined
  keep(session: BackendSession): void
  end(session: Pick<BackendSession, 'id' | 'endsAt'>): void
  /** The browser got another session in place of this one. */
  leave(id: string | undefined): void
  /** Tells whether the browser got it after this call. */
  lateFor(id: string | undefined): () => boolean
}

const hour = 3_600_000
const maxKept = 5000

/**
 * The process remembers for an hour what it changed: an answer that the browser did not get, or another request
 * that left with the old cookie, gets the same again, and a refresh token is presented once. It remembers which
 * sessions ended, as a copy of a cookie may be left.
 */
export function createMemory(): Memory {
  const changed = new Map<string, { readonly session: BackendSession; readonly until: number }>()
  const ended = new Map<string, number>()
  const left = new Map<string, true>()
  return {
    latest(session) {
      if (!session || ended.has(session.id)) return undefined
      const known = changed.get(session.id)
      return known && known.until > Date.now() && known.session.version > session.version
        ? known.session
        : session
    },
    keep(session) {
      changed.delete(session.id)
      changed.set(session.id, { session, until: Date.now() + hour })
      bound(changed, maxKept)
    },
    end({ id, endsAt }) {
      changed.delete(id)
      ended.set(id, endsAt)
      bound(ended, maxKept * 20)
    },
    leave(id) {
      if (id !== undefined) left.set(id, true)
      bound(left, maxKept * 20)
    },
    lateFor(id = '') {
      const wasLeft = left.has(id)
      return () => !wasLeft && left.has(id)
    },
  }
}
