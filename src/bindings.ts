// The parts that the React and Vue bindings share. Apps do not import this file.
import type { Auth, AuthState, Claims, Session } from './api.js'
import type { AuthError } from './errors.js'

export { setNavigate, type Navigate } from './page/location.js'
export { signInLink } from './sign-in-link.js'

/** It is not known yet whether the user is signed in. */
export interface Loading {
  readonly status: 'loading'
  readonly isLoading: true
  readonly isAuthenticated: false
  readonly user: undefined
  readonly session: undefined
  readonly error: undefined
  readonly stale: undefined
  readonly endsAt: undefined
}

/** The user is signed out. `error` says why, if there is a reason. */
export interface Anonymous extends Omit<Loading, 'status' | 'isLoading' | 'error'> {
  readonly status: 'signed-out'
  readonly isLoading: false
  readonly error: AuthError | undefined
}

/**
 * The user is signed in. `stale` is set while the device is offline, or after a refresh failed without ending
 * the session.
 */
export interface Authenticated {
  readonly status: 'signed-in'
  readonly isLoading: false
  readonly isAuthenticated: true
  readonly user: Claims
  readonly session: Session
  readonly error: undefined
  readonly stale: AuthError | undefined
  readonly endsAt: number | undefined
}

/** The methods that components use most. `auth` has all of them. */
export interface AuthMethods extends Pick<
  Auth,
  'prepare' | 'signIn' | 'signOut' | 'fetch' | 'getAccessToken'
> {
  readonly auth: Auth
}

/**
 * The state as a flat union. Every state has every name, so that TypeScript narrows destructured names together
 * (`const { isAuthenticated, user } = useAuth()`).
 */
export type FlatState = Loading | Anonymous | Authenticated

const empty = {
  user: undefined,
  session: undefined,
  error: undefined,
  stale: undefined,
  endsAt: undefined,
} as const

export function flatten(state: AuthState): FlatState {
  if (state.status === 'loading')
    return { ...empty, ...state, isLoading: true, isAuthenticated: false }
  return state.status === 'signed-in'
    ? {
        ...empty,
        stale: undefined,
        endsAt: undefined,
        ...state,
        isLoading: false,
        isAuthenticated: true,
      }
    : { ...empty, ...state, isLoading: false, isAuthenticated: false }
}
