'use client'

import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
  type ReactElement,
  type ReactNode,
} from 'react'
import { navigateBy, view, type Auth, type AuthState, type AuthView, type Verbs } from './index.js'

/** The client, its verbs, and the state as a flat union. */
export type UseAuth = Verbs & AuthView

const Context = createContext<Auth | undefined>(undefined)

const loading: AuthState = { status: 'loading' }
// A page that was rendered on a server says "loading" first, whatever this browser knows already.
const first = (): AuthState => loading

export interface AuthProviderProps {
  readonly auth: Auth
  /** How a router that is a hook (Next.js) is taken back after a sign-in. */
  readonly navigate?: ((url: URL) => void) | undefined
  readonly children?: ReactNode
}

/** Gives the components below it the client. One in an app, made outside of every component. */
export function AuthProvider({ auth, navigate, children }: AuthProviderProps): ReactElement {
  if (!useSyncExternalStore) throw new Error('pixy-auth/react needs React 18 or later: update it.')
  if (useContext(Context)) throw new Error('An <AuthProvider> is inside another: keep one.')
  useEffect(() => navigate && navigateBy(navigate), [navigate])
  // Whoever is inside: a callback in the URL is to be finished.
  useEffect(() => void auth.start(), [auth])
  return createElement(Context.Provider, { value: auth }, children)
}

/**
 * The state, the client and its verbs. Renders again when the state says something else, and not
 * for a silent refresh.
 */
export function useAuth(): UseAuth {
  const auth = useContext(Context)
  if (!auth)
    throw new Error('useAuth() is outside of <AuthProvider auth={auth}>: put that around it.')
  const now = (): AuthState => auth.state
  // On the server itself the client says "loading" anyhow, and a mock what a test told it.
  const state = useSyncExternalStore(
    auth.subscribe,
    now,
    typeof window === 'undefined' ? now : first,
  )
  return useMemo(() => ({ ...view(state), ...verbs(auth) }), [auth, state])
}

const verbs = (auth: Auth): Verbs => {
  const { signIn, signOut, fetch, getAccessToken } = auth
  return { signIn, signOut, fetch, getAccessToken, auth }
}

export interface SignedInProps {
  /** Shown as long as nobody is signed in. */
  readonly fallback?: ReactNode
  /** Sign in whoever comes here; at most once per page load. */
  readonly required?: boolean | undefined
  readonly children?: ReactNode
}

/** Shows its children to somebody who is signed in. */
export function SignedIn({ fallback, required, children }: SignedInProps): ReactNode {
  const { isAuthenticated, auth } = useAuth()
  const ask = required && !isAuthenticated
  useEffect(() => {
    // Whoever may not be sent away again sees the fallback.
    if (ask) auth.require().catch(() => {})
  }, [ask, auth])
  return isAuthenticated ? children : fallback
}
