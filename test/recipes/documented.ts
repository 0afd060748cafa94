import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import type { AnyRouter } from '@tanstack/react-router'
import { RouterProvider, type DataRouter } from 'react-router'
import { mount } from 'svelte'
import { AuthProvider } from '../../src/react.js'
import type { NuxtPlugin } from './nuxt.js'

declare global {
  interface Window {
    /** Lets the first page of a framework that renders on a server come. */
    hydrate(): void
    /** The router of the recipe for React Router or TanStack Router. */
    router: DataRouter | AnyRouter
  }
}

const hydrated = new Promise<void>((resolve) => (window.hydrate = resolve))

function routed({ router }: { router: DataRouter }): void {
  void window.auth.start()
  window.router = router
  const root = document.querySelector('#root')
  const children = createElement(RouterProvider, { router })
  if (root) createRoot(root).render(createElement(AuthProvider, { auth: window.auth, children }))
}

// The quick starts and recipes of the documentation, without any change.
const scenes: Record<string, () => Promise<unknown>> = {
  react: () => import('docs/react.md/React.tsx'),
  vue: () => import('docs/vue.md/Vue.ts'),
  async svelte() {
    const { default: Home } = await import('docs/svelte.md/Svelte.svelte')
    mount(Home, { target: document.body })
  },
  suspense: () => import('./suspense.js'),
  solid: () => import('./solid.js'),
  lit: () => import('./lit.js'),
  angular: () => import('./angular.js'),
  'react-router': async () => routed(await import('docs/react.md/React Router.tsx')),
  'hash-router': async () =>
    routed(await import('docs/react.md/React Router with pages in the fragment.tsx')),
  'tanstack-router': () => import('./tanstack.js'),
  async sveltekit() {
    await import('docs/sveltekit.md/SvelteKit.ts')
    const { default: Layout } = await import('docs/sveltekit.md/SvelteKit.svelte')
    const { start } = await import('./sveltekit.js')
    await start(Layout, hydrated)
  },
  async nuxt() {
    const plugin = await import('docs/nuxt.md/Nuxt.ts')
    const { start } = await import('./nuxt.js')
    await start(plugin.default as NuxtPlugin, hydrated)
  },
  pages: () => import('docs/html.md/Several HTML pages.ts'),
}

// The page names its scene, or its path does.
const [, , inPath = ''] = location.pathname.split('/')
void scenes[document.body.dataset['scene'] ?? inPath]?.()
