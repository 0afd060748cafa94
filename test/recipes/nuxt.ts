// The start of a Nuxt app, as far as a sign-in meets it: the router is made before the app's plugins run,
// and goes to the address that it found then when the app is created. See
// packages/nuxt/src/pages/runtime/plugins/router.ts. The router is Vue's own.
import { createApp, defineComponent, h, type App } from 'vue'
import { createRouter, createWebHistory, useRoute, type Router } from 'vue-router'

export interface NuxtApp {
  readonly vueApp: App
}
export type NuxtPlugin = (nuxt: NuxtApp) => void

let router: Router
const shown = new EventTarget()
let isShown = false

export const defineNuxtPlugin = (plugin: NuxtPlugin): NuxtPlugin => plugin
export const useRouter = (): Router => router
export function onNuxtReady(callback: () => unknown): void {
  if (isShown) setTimeout(callback)
  else shown.addEventListener('shown', () => void callback(), { once: true })
}

/** Start an app whose base is `/docs/`. @param created settles when its first page is there */
export async function start(plugin: NuxtPlugin, created: Promise<void>): Promise<void> {
  const place = defineComponent({
    setup() {
      const route = useRoute()
      return () => h('p', { 'data-testid': 'place' }, route.fullPath)
    },
  })
  const history = createWebHistory('/docs/')
  router = createRouter({ history, routes: [{ path: '/:page*', component: place }] })
  const vueApp = createApp(place).use(router)
  const initial = history.location
  await router.isReady()
  plugin({ vueApp })
  await created
  await router.replace({ ...router.resolve(initial), name: undefined, force: true } as never)
  vueApp.mount('#root')
  isShown = true
  shown.dispatchEvent(new Event('shown'))
}
