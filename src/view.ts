import type { Auth } from './api.js'
import type { Claims, Session } from './claims.js'
import type { AuthError } from './errors.js'
import type { AuthState } from './page/state.js'

/** Nobody knows yet who is signed in. */
export interface Loading {
  readonly status: 'loading'
  readonly isLoading: true
  readonly isAuthenticated: false
  readonly user: undefined
  readonly session: undefined
  readonly error: undefined
  readonly stale: undefined
}

/** Nobody is signed in; `error` says why, if there is a why. */
export interface Anonymous extends Omit<Loading, 'status' | 'isLoading' | 'error'> {
  readonly status: 'signed-out'
  readonly isLoading: false
  readonly error: AuthError | undefined
}

/** Somebody is signed in. `stale`: offline, or the last refresh failed for now. */
export interface Authenticated {
  readonly status: 'signed-in'
  readonly isLoading: false
  readonly isAuthenticated: true
  readonly user: Claims
  readonly session: Session
  readonly error: undefined
  readonly stale: AuthError | undefined
}

/** What a component calls; the rest is in `auth`. */
export interface Verbs extends Pick<Auth, 'signIn' | 'signOut' | 'fetch' | 'getAccessToken'> {
  readonly auth: Auth
}

/**
 * The state, flat: every name is there at any time, so that names taken out of it narrow each other
 * (`const { isAuthenticated, user } = useAuth()`).
 */
export type AuthView = Loading | Anonymous | Authenticated

const empty = { user: undefined, session: undefined, error: undefined, stale: undefined } as const

/** The flat union of a state. */
export function view(state: AuthState): AuthView {
  if (state.status === 'loading')
    return { ...empty, ...state, isLoading: true, isAuthenticated: false }
  return state.status === 'signed-in'
    ? { ...empty, stale: undefined, ...state, isLoading: false, isAuthenticated: true }
    : { ...empty, error: undefined, ...state, isLoading: false, isAuthenticated: false }
}
