import {
  createApp,
  createSSRApp,
  defineComponent,
  h,
  isRef,
  onMounted,
  ref,
  Suspense,
  type Component,
} from 'vue'
import { createRouter, createWebHistory, RouterLink, RouterView, useRoute } from 'vue-router'
import { createAuth } from '../../src/index.js'
import { authGuard, createAuthPlugin, SignInLink, useAuth, type UseAuth } from '../../src/vue.js'
import { createAuth as createAuthWithBackend } from '../../src/with-backend/index.js'

declare module 'vue-router' {
  // An app may declare more members of `meta`: the guard must still accept its routes.
  interface RouteMeta {
    title?: string
  }
}

declare global {
  interface Window {
    /** Lets the first page of the scene `lazy` come. */
    showFirst(): void
    /** What a store of the page has from `useAuth()`. */
    stored?: UseAuth
  }
}

const { backendOptions } = window
const auth = (window.auth = backendOptions
  ? createAuthWithBackend(backendOptions)
  : createAuth(window.options))
window.states = []
window.renders = []
window.places = []
const [, , scene = ''] = location.pathname.split('/')

const Who = defineComponent({
  setup() {
    const { status, user, signIn, signOut } = useAuth()
    return () => {
      window.renders.push(user.value ? `${status.value} ${user.value.sub}` : status.value)
      if (status.value === 'loading') return h('p', 'One moment')
      if (!user.value) return h('button', { onClick: () => void signIn() }, 'Sign in')
      return h('p', [
        `Hello ${user.value.sub} `,
        h('button', { onClick: () => void signOut({ local: true }) }, 'Sign out'),
      ])
    }
  },
})

const Refused = defineComponent({
  setup() {
    const { signIn } = useAuth()
    const route = useRoute()
    const onClick = (): void => void signIn({ returnTo: String(route.query['returnTo']) })
    return () => [h('p', { role: 'alert' }, 'No'), h('button', { onClick }, 'Sign in')]
  },
})

function routed(base: string): { component: Component; router: ReturnType<typeof createRouter> } {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: base, component: Who },
      { path: `${base}/inside`, component: Who, meta: { auth: true } },
      { path: `${base}/further`, component: Who },
      { path: `${base}/refused`, component: Refused },
    ],
  })
  router.beforeEach(authGuard(auth, { fallback: `${base}/refused` }))
  window.go = (to) => void router.push(to)
  router.afterEach(({ fullPath }) => void window.places.push(fullPath))
  const component = defineComponent({
    render: () => [
      h('span', { 'data-testid': 'place' }, router.currentRoute.value.fullPath),
      h(RouterLink, { to: `${base}/inside` }, () => 'inside'),
      h(RouterLink, { to: `${base}/further` }, () => 'further'),
      h(RouterView),
    ],
  })
  return { component, router }
}

/** Its first page is a chunk that comes when the test lets it. */
function lazy(): { component: Component; router: ReturnType<typeof createRouter> } {
  const first = new Promise<Component>((resolve) => {
    window.showFirst = () => resolve({ render: () => h('p', 'First') })
  })
  void auth.start()
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/vue/lazy', component: () => first },
      { path: '/vue/lazy/inside', component: Who },
    ],
  })
  router.afterEach(({ fullPath }) => void window.places.push(fullPath))
  const component = defineComponent({
    render: () => [
      h('span', { 'data-testid': 'place' }, router.currentRoute.value.fullPath),
      h(RouterLink, { to: '/vue/lazy' }, () => 'first'),
      h(RouterView),
    ],
  })
  return { component, router }
}

/** As Pinia does with what a server saved of a store: it writes each ref that is not computed. */
function hydrate(stored: UseAuth): void {
  window.stored = stored
  for (const part of Object.values(stored) as unknown[])
    if (isRef(part) && !('effect' in part)) part.value = { status: 'loading' }
}

/** A component that is taken away before its setup is done. */
const Abandoned = defineComponent({
  setup() {
    const isThere = ref(true)
    onMounted(() => (isThere.value = false))
    const Late = defineComponent({
      setup: () => ((window.stored = useAuth()), new Promise<never>(() => {})),
    })
    return () => (isThere.value ? h(Suspense, () => h(Late)) : h('p', 'Elsewhere'))
  },
})

const Linked = defineComponent({
  render: () => [
    h(Who),
    h(SignInLink, { options: { loginHint: 'ada' } }, () => 'Sign in by a link'),
  ],
})

const first = location.pathname + location.search + location.hash
const isRendered = /^(hydrated|abandoned)$/.test(scene)
if (isRendered || /^(started|store)$/.test(scene)) await auth.start()
if (isRendered) {
  const html = document.createElement('p')
  html.textContent = 'One moment'
  document.querySelector('#root')?.append(html)
}
const unrouted = (): { component: Component; router: undefined } => ({
  component: { abandoned: Abandoned, link: Linked }[scene] ?? Who,
  router: undefined,
})
const { component, router } = ({ router: routed, plugin: routed, lazy }[scene] ?? unrouted)(
  `/vue/${scene}`,
)
// As a plugin of Nuxt does, after its router was made.
if (scene === 'plugin') await auth.start()
const app = (isRendered ? createSSRApp : createApp)(component)
app.config.errorHandler = (error) => {
  const alert = document.createElement('p')
  alert.role = 'alert'
  alert.textContent = (error as Error).message
  document.body.append(alert)
}
try {
  if (scene !== 'outside') app.use(createAuthPlugin(auth))
  if (scene === 'twice') app.use(createAuthPlugin(auth))
} catch (error) {
  app.config.errorHandler(error, null, '')
}
if (scene === 'store') hydrate(app.runWithContext(useAuth))
if (router) app.use(router)
// Nuxt's router goes once more to the URL that it read first.
if (scene === 'plugin') {
  await router?.isReady()
  await router?.replace({ ...router.resolve(first), force: true })
}
app.mount('#root')
