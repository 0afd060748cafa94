import type { AuthState } from '../api.js'
import type { Caller, Snapshot } from '../door.js'
import { fromData } from '../errors.js'

type Shown = DistributiveOmit<Snapshot, 'id'>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** The state that the page shows, and its listeners. */
export interface StateStore {
  current(): AuthState
  /** The session that a call made now belongs to: `null` while signed out, `undefined` while loading. */
  caller(): Caller | null | undefined
  /** Show a snapshot of the vault. If it is equal to the last one nothing changes, not even the object. */
  show(snapshot: Snapshot): void
  subscribe(listener: (state: AuthState) => void): () => void
}

/** Keep the object if its content is the same, so that effects that depend on it do not run again. */
function unchanged<T>(before: T, after: T): T {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after
}

function toState(snapshot: Shown, before: AuthState): AuthState {
  if (snapshot.status === 'signed-out') {
    const { status, error } = snapshot
    return error ? { status, error: fromData(error) } : { status }
  }
  const { stale, ...rest } = snapshot
  const { user, session } = before.status === 'signed-in' ? before : rest
  const state = {
    ...rest,
    user: unchanged(user, rest.user),
    session: unchanged(session, rest.session),
  }
  return stale ? { ...state, stale: fromData(stale) } : state
}

export function createState(): StateStore {
  let state: AuthState = { status: 'loading' }
  let shown: Shown | undefined
  let caller: Caller | null | undefined
  // One object for each subscription, so that the same function can subscribe twice.
  const subscriptions = new Set<{ listener: (state: AuthState) => void }>()
  return {
    current: () => state,
    caller: () => caller,
    show({ id, ...snapshot }) {
      caller = id && snapshot.status === 'signed-in' ? { id, sub: snapshot.user.sub } : null
      if (shown === (shown = unchanged<Shown | undefined>(shown, snapshot))) return
      state = toState(snapshot, state)
      for (const { listener } of subscriptions) {
        try {
          listener(state)
        } catch (error) {
          // A listener that throws must not keep the others from being called.
          reportError(error)
        }
      }
    },
    subscribe(listener) {
      const subscription = { listener }
      subscriptions.add(subscription)
      listener(state)
      return () => void subscriptions.delete(subscription)
    },
  }
}
