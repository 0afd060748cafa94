'use client'

import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
  type AnchorHTMLAttributes,
  type ReactElement,
  type ReactNode,
} from 'react'
import { flatten, setNavigate, signInLink, type AuthMethods, type FlatState } from './bindings.js'
import type { Auth, AuthState, SignInOptions } from './index.js'

/**
 * `auth`, its methods `signIn`, `signOut`, `fetch` and `getAccessToken`, and the state as a flat union:
 * `status`, `isLoading`, `isAuthenticated`, `user`, `session`, `error`, `stale`, `endsAt`.
 */
export type UseAuth = AuthMethods & FlatState

const Context = createContext<Auth | undefined>(undefined)

const loading: AuthState = { status: 'loading' }
// A page that was rendered on a server must show "loading" first, even if this browser already knows the state.
const hydrated = (): AuthState => loading

// A hook throws outside of a component, and in a component that another copy of React renders.
function useProvided(): Auth | undefined {
  try {
    return useContext(Context)
  } catch {
    throw new Error('Two copies of React (`npm ls react`), or a hook outside of a component.')
  }
}

/** The properties of `<AuthProvider>`. */
export interface AuthProviderProps {
  /** What `createAuth` returned. */
  readonly auth: Auth
  /** For a router that is only given by a hook: moves it after a sign-in that finishes after the first rendering. */
  readonly navigate?: ((url: URL) => unknown) | undefined
  /** The app. */
  readonly children?: ReactNode
}

/**
 * Gives the client to the components below it. An app needs one provider, and makes its client outside of any
 * component.
 */
export function AuthProvider({ auth, navigate, children }: AuthProviderProps): ReactElement {
  if (!useSyncExternalStore) throw new Error('pixy-auth/react needs React 18 or later: update it.')
  if (useProvided()) throw new Error('An <AuthProvider> is inside another: keep one.')
  useEffect(() => navigate && setNavigate(navigate), [navigate])
  // Called before a component below can navigate, which would drop the callback from the URL.
  void auth.start()
  return createElement(Context.Provider, { value: auth }, children)
}

/**
 * The state, the client and its methods. The component renders again when the state changes, but not after a
 * silent refresh.
 */
export function useAuth(): UseAuth {
  const auth = useProvided()
  if (!auth)
    throw new Error('useAuth() is outside of <AuthProvider auth={auth}>: put that around it.')
  const now = (): AuthState => auth.state
  // On the server a client always has the state "loading", and a mock has the state that its test gave it.
  const state = useSyncExternalStore(
    auth.subscribe,
    now,
    typeof window === 'undefined' ? now : hydrated,
  )
  return useMemo(() => ({ ...flatten(state), ...methodsOf(auth) }), [auth, state])
}

const methodsOf = (auth: Auth): AuthMethods => {
  const { prepare, signIn, signOut, fetch, getAccessToken } = auth
  return { prepare, signIn, signOut, fetch, getAccessToken, auth }
}

/** The properties of `<SignedIn>`. */
export interface SignedInProps {
  /** Shown while the user is not signed in. */
  readonly fallback?: ReactNode
  /** Send the user to sign in; at most once per page load. */
  readonly required?: boolean | undefined
  /** Shown to a signed-in user. */
  readonly children?: ReactNode
}

/** Shows its children to a signed-in user. */
export function SignedIn({ fallback, required, children }: SignedInProps): ReactElement {
  const { isAuthenticated, auth } = useAuth()
  const ask = required && !isAuthenticated
  useEffect(() => {
    // If the user may not be redirected again, the fallback stays.
    if (ask) auth.require().catch(() => {})
  }, [ask, auth])
  // Before @types/react 18.2.8 and TypeScript 5.1 a component had to return an element.
  return (isAuthenticated ? children : fallback) as ReactElement
}

/** The properties of `<SignInLink>`: those of an `<a>`, and the options of the sign-in. */
export interface SignInLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** As for `signInUrl`. */
  readonly options?: SignInOptions | undefined
}

/** A link that signs in. It works with a middle click too, as its URL is prepared ahead. */
export function SignInLink({ options, ...rest }: SignInLinkProps): ReactElement {
  const { auth } = useAuth()
  const link = useRef<HTMLAnchorElement>(null)
  // The app may make a new but equal object at each rendering.
  const said = JSON.stringify(options)
  useEffect(
    () => (link.current ? signInLink(link.current, auth, options) : undefined),
    [auth, said],
  )
  return createElement('a', { ...rest, href: '', ref: link })
}
