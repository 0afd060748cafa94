import {
  computed,
  defineComponent,
  getCurrentInstance,
  h,
  inject,
  onBeforeUnmount,
  onMounted,
  shallowRef,
  watch,
  type App,
  type ComputedRef,
  type DefineComponent,
  type InjectionKey,
  type PropType,
  type VNode,
} from 'vue'
import { flatten, signInLink, type AuthMethods, type FlatState } from './bindings.js'
import type { Auth, AuthState, SignInOptions } from './index.js'

type Refs = { readonly [Name in keyof FlatState]: ComputedRef<FlatState[Name]> }

/**
 * `auth`, its methods `signIn`, `signOut`, `fetch` and `getAccessToken`, and as refs `status`, `isLoading`,
 * `isAuthenticated`, `user`, `session`, `error`, `stale` and `endsAt`. Each is read-only.
 */
export interface UseAuth extends AuthMethods, Refs {
  /** The state of the client, as one union. TypeScript narrows it in templates. */
  readonly state: ComputedRef<AuthState>
}

const key: InjectionKey<UseAuth> = Symbol('pixy-auth')

// Apps that have the plugin.
const apps = new WeakSet<App>()

/** The plugin for `app.use()`: gives every component the client. */
export function createAuthPlugin(auth: Auth): { install(app: App): void } {
  return {
    install(app) {
      if (apps.has(app)) throw new Error('A second createAuthPlugin() in this app: keep one.')
      apps.add(app)
      const state = shallowRef(auth.state)
      app.provide(
        key,
        bind(auth, () => state.value),
      )
      // On a server the state does not change, and an app is never unmounted, so a listener would stay.
      if (typeof window === 'undefined') return
      const undo = auth.subscribe((next) => (state.value = next))
      const { unmount } = app
      app.unmount = () => {
        undo()
        unmount()
      }
    },
  }
}

function bind(auth: Auth, now: () => AuthState): UseAuth {
  const { prepare, signIn, signOut, fetch, getAccessToken } = auth
  const state = computed(now)
  const flat = computed(() => flatten(state.value))
  const part = <Name extends keyof FlatState>(name: Name): ComputedRef<FlatState[Name]> =>
    computed(() => flat.value[name])
  return {
    state,
    status: part('status'),
    isLoading: part('isLoading'),
    isAuthenticated: part('isAuthenticated'),
    user: part('user'),
    session: part('session'),
    error: part('error'),
    stale: part('stale'),
    endsAt: part('endsAt'),
    prepare,
    signIn,
    signOut,
    fetch,
    getAccessToken,
    auth,
  }
}

const loading: AuthState = { status: 'loading' }

/**
 * The state as refs, the client and its methods. A component that hydrates what a server rendered starts with
 * `loading`, even if this browser already knows the state.
 */
export function useAuth(): UseAuth {
  const bound = inject(key, undefined)
  if (!bound) throw new Error('useAuth() without its plugin: call app.use(createAuthPlugin(auth)).')
  // Only a component that is being hydrated has an element before it is set up.
  if (!getCurrentInstance()?.vnode.el) return bound
  const isHydrated = shallowRef(false)
  const show = (): void => void (isHydrated.value = true)
  onMounted(show)
  // A store that calls this may outlive its first component: if that is removed before it is mounted, the store
  // must still leave `loading`.
  onBeforeUnmount(show)
  return bind(bound.auth, () => (isHydrated.value ? bound.state.value : loading))
}

/**
 * A link that signs in. It works with a middle click too, as its URL is prepared ahead. `options` are as for
 * `signInUrl`.
 */
export const SignInLink: DefineComponent<{ options?: SignInOptions }> =
  /* @__PURE__ */ defineComponent({
    props: { options: Object as PropType<SignInOptions> },
    setup(props, { slots }): () => VNode {
      const { auth } = useAuth()
      const link = shallowRef<HTMLAnchorElement>()
      // The app may make a new but equal object at each rendering.
      const said = (): string => JSON.stringify(props.options)
      watch(
        [link, said],
        ([anchor], _, undo) => anchor && undo(signInLink(anchor, auth, props.options)),
        { flush: 'post', immediate: true },
      )
      return () => h('a', { href: '', ref: link }, slots['default']?.())
    },
  })

/** The part of a route that the guard reads. The routes of Vue Router fit. */
export interface GuardedRoute {
  /** Path, query and fragment, below the router's base. */
  readonly fullPath: string
  /** With the router's base. Vue Router gives it at run time. */
  readonly href?: string
  /** A route with `meta.auth` needs a signed-in user. */
  readonly meta: { readonly auth?: unknown; readonly [name: PropertyKey]: unknown }
}

/**
 * A guard for `router.beforeEach()`: routes with `meta.auth` need a signed-in user. Other users are sent to
 * sign in, at most once per page load. If they may not be sent, they go to `fallback`.
 *
 * @param options `fallback`: a public path of the app. It gets the route as `?returnTo=…`, for the `signIn()`
 *   of its button. Without `fallback` the navigation is cancelled
 */
export function authGuard(
  auth: Auth,
  { fallback }: { readonly fallback?: string } = {},
): (to: GuardedRoute) => Promise<boolean | string> {
  return async (to) => {
    if (!to.meta.auth) return true
    const returnTo = to.href ?? to.fullPath
    return auth.require({ returnTo }).then(
      () => true,
      () => fallback !== undefined && withQuery(fallback, returnTo),
    )
  }
}

function withQuery(path: string, returnTo: string): string {
  const url = new URL(path, 'http://a.invalid')
  url.searchParams.set('returnTo', returnTo)
  return url.pathname + url.search + url.hash
}
