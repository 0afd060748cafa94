import { bound } from './bound.js'
import type { BackendSession } from './sessions.js'

/** What this process remembers of sessions, in addition to what the cookies and the store hold. */
export interface Memory {
  /** The newest state of the session that this process knows; `undefined` if the session has ended. */
  latest(session: BackendSession | undefined): BackendSession | undefined
  keep(session: BackendSession): void
  end(session: Pick<BackendSession, 'id' | 'endsAt'>): void
  /** Remember that the browser got another session in place of this one. */
  leave(id: string | undefined): void
  /** @returns a function that tells whether `leave` was called for this session after `lateFor` */
  lateFor(id: string | undefined): () => boolean
}

const hour = 3_600_000
const maxKept = 5000

/**
 * The process remembers each change for an hour. A request may come with the old cookie: the browser did not get the
 * last answer, or sent this request before it. The request then gets the changed session, and the refresh token of the
 * old cookie is not presented again. Ended sessions are remembered too, because copies of their cookies may exist.
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
