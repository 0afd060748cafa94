import type { Caller, Claims, Session, Snapshot, VaultEvent } from '../door.js'
import { asAuthError, AuthError, toData, type ErrorData } from '../errors.js'
import { own } from '../lib/own.js'
import type { Store } from '../options.js'

/** The session as this tab shows it. */
export interface ShownSession {
  current(): Snapshot
  /** The session and user of a call that is made now. */
  caller(): Caller | undefined
  /** Show the backend's answer. */
  show(snapshot: Snapshot): Snapshot
  /** Keep the session, and show it as stale: a backend that cannot be reached says nothing about the session. */
  doubt(failure: unknown, shown?: Snapshot): void
  /** Never show the session with this id again, even if a late answer contains it. */
  refuse(id: string | undefined): void
  /** What this tab showed before the page was loaded. */
  kept(): Promise<Snapshot>
}

export const signedOut: Extract<Snapshot, { status: 'signed-out' }> = { status: 'signed-out' }

/** @throws AuthError `invalid_response` if the answer does not describe a session */
export function snapshotOf(given: Record<string, unknown>): Snapshot {
  const { status, id, user, session, error } = given
  if (status === 'signed-out') return error ? { status, error: own(error as ErrorData) } : signedOut
  if (status !== 'signed-in' || typeof id !== 'string' || !user || !session)
    throw new AuthError('invalid_response')
  return { status, id, user: own(user as Claims), session: own(session as Session) }
}

/**
 * @param key names the backend
 * @param tabStore keeps what is shown, without any token, for a page load at which the backend cannot be
 *   reached
 */
export function createShown(
  key: string,
  tabStore: Store,
  emit: (event: VaultEvent) => void,
): ShownSession {
  const name = `pixy-auth:session:${key}`
  let current: Snapshot = signedOut
  let refusedId: string | undefined

  function tell(snapshot: Snapshot): Snapshot {
    current = snapshot.id && snapshot.id === refusedId ? signedOut : snapshot
    emit({ type: 'state', snapshot: current })
    return current
  }

  function show(snapshot: Snapshot): Snapshot {
    const now = tell(snapshot)
    // If storage is denied or full, the next page load needs the backend.
    tabStore.update(name, () => (now.id ? now : undefined)).catch(() => {})
    return now
  }

  return {
    current: () => current,
    caller: () => (current.id ? { id: current.id, sub: current.user.sub } : undefined),
    show,
    doubt(failure, shown = current) {
      const error = toData(asAuthError(failure))
      tell(shown.id ? { ...shown, stale: error } : { ...signedOut, error })
    },
    refuse(id) {
      refusedId = id
      if (id === current.id) show(signedOut)
    },
    async kept() {
      try {
        return snapshotOf(own(Object(await tabStore.get(name)) as Record<string, unknown>))
      } catch {
        return signedOut
      }
    },
  }
}
