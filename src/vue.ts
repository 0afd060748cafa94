import {
  computed,
  inject,
  shallowRef,
  type App,
  type ComputedRef,
  type InjectionKey,
  type ShallowRef,
} from 'vue'
import { view, type Auth, type AuthState, type AuthView, type Verbs } from './index.js'

type Refs = { readonly [Name in keyof AuthView]: ComputedRef<AuthView[Name]> }

/** The client and its verbs; `state` narrows in templates, the other values are computed from it. */
export interface UseAuth extends Verbs, Refs {
  readonly state: Readonly<ShallowRef<AuthState>>
}

const key: InjectionKey<UseAuth> = Symbol('pixy-auth')

// Apps that have a client.
const apps = new WeakSet<App>()

/** The plugin for `app.use()`: gives every component the client. */
export function createAuthPlugin(auth: Auth): { install(app: App): void } {
  return {
    install(app) {
      if (apps.has(app)) throw new Error('A second createAuthPlugin() in this app: keep one.')
      apps.add(app)
      const state = shallowRef(auth.state)
      const undo = auth.subscribe((next) => (state.value = next))
      app.onUnmount?.(undo)
      app.provide(key, bind(auth, state))
    },
  }
}

function bind(auth: Auth, state: ShallowRef<AuthState>): UseAuth {
  const { signIn, signOut, fetch, getAccessToken } = auth
  const now = computed(() => view(state.value))
  const part = <Name extends keyof AuthView>(name: Name): ComputedRef<AuthView[Name]> =>
    computed(() => now.value[name])
  return {
    state,
    status: part('status'),
    isLoading: part('isLoading'),
    isAuthenticated: part('isAuthenticated'),
    user: part('user'),
    session: part('session'),
    error: part('error'),
    stale: part('stale'),
    signIn,
    signOut,
    fetch,
    getAccessToken,
    auth,
  }
}

/** The state as refs, the client and its verbs. */
export function useAuth(): UseAuth {
  const bound = inject(key, undefined)
  if (!bound) throw new Error('useAuth() without its plugin: call app.use(createAuthPlugin(auth)).')
  return bound
}

/** Where a guard's route leads, as far as it looks; Vue Router's own routes fit. */
export interface GuardedRoute {
  readonly fullPath: string
  /** With the router's base; there at run time. */
  readonly href?: string
  readonly meta: { readonly auth?: unknown; readonly [name: PropertyKey]: unknown }
}

/**
 * A guard for `router.beforeEach()`: routes with `meta.auth` are for somebody who is signed in.
 * Others are taken to sign in, at most once per page load; where that may not be, to `fallback`.
 *
 * @param options `fallback`: a path of the app that everybody may see; without it the navigation is
 *   given up
 */
export function authGuard(
  auth: Auth,
  { fallback }: { readonly fallback?: string } = {},
): (to: GuardedRoute) => Promise<boolean | string> {
  return async (to) => {
    if (!to.meta.auth) return true
    return auth.require({ returnTo: to.href ?? to.fullPath }).then(
      () => true,
      () => fallback ?? false,
    )
  }
}
