import type { Claims, Session, Snapshot } from '../door.js'
import { fromData, type AuthError } from '../errors.js'

/** Nobody is signed in; `error` says why, if there is a why. */
export interface SignedOut {
  readonly status: 'signed-out'
  readonly error?: AuthError | undefined
}

/** Somebody is signed in. `stale`: offline, or the last refresh failed for now; still signed in. */
export interface SignedIn {
  readonly status: 'signed-in'
  readonly user: Claims
  readonly session: Session
  readonly stale?: AuthError | undefined
}

/** Whether somebody is signed in: a union on `status`. `loading` ends with `start()` and never returns. */
export type AuthState = { readonly status: 'loading' } | SignedOut | SignedIn

/** Whose session is shown: its id, where there is one, and the state. */
export type Whose = readonly [id: string | undefined, state: AuthState]

type Shown = DistributiveOmit<Snapshot, 'id'>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/** The state, and those who want to know of it. */
export interface HeldState {
  current(): AuthState
  whose(): Whose
  /** Show what the vault says; the same again changes nothing, not even the object. */
  show(snapshot: Snapshot): void
  subscribe(listener: (state: AuthState) => void): () => void
}

/** What did not change stays the same object: an effect that depends on it does not run again. */
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
  const kept = {
    ...rest,
    user: unchanged(user, rest.user),
    session: unchanged(session, rest.session),
  }
  return stale ? { ...kept, stale: fromData(stale) } : kept
}

export function createState(): HeldState {
  let state: AuthState = { status: 'loading' }
  let shown: Shown | undefined
  let whose: string | undefined
  // One object for each subscription, so that the same function can subscribe twice.
  const subscriptions = new Set<{ listener: (state: AuthState) => void }>()
  return {
    current: () => state,
    whose: () => [whose, state],
    show({ id, ...snapshot }) {
      whose = id
      if (shown === (shown = unchanged<Shown | undefined>(shown, snapshot))) return
      state = toState(snapshot, state)
      for (const { listener } of subscriptions) {
        try {
          listener(state)
        } catch (error) {
          // One bad listener must not keep the news from the others.
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
