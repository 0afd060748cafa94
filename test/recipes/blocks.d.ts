// Code blocks of the documentation as modules, named `file/heading.language`.
declare module 'docs/react.md/React.tsx' {}
declare module 'docs/react.md/Suspense.tsx' {
  import type { ReactNode } from 'react'
  export const Waiting: (props: { children: ReactNode }) => ReactNode
}
declare module 'docs/vue.md/Vue.ts' {}
declare module 'docs/solid.md/Solid.ts' {
  export function inside(): () => import('../../src/index.js').AuthState
}
declare module 'docs/angular.md/Angular.ts' {
  export function inside(): () => import('../../src/index.js').AuthState
}
declare module 'docs/angular.md/Guard.ts' {
  export function signedIn(route: unknown, state: { url: string }): Promise<boolean>
}
declare module 'docs/lit.md/Lit.ts' {
  import type { ReactiveElement } from 'lit'
  export function inside(element: ReactiveElement): void
}
declare module 'docs/svelte.md/Svelte.svelte' {
  import type { Component } from 'svelte'
  const component: Component
  export default component
}
declare module 'docs/react.md/React Router.tsx' {
  import type { DataRouter } from 'react-router'
  export const router: DataRouter
}
declare module 'docs/react.md/React Router with pages in the fragment.tsx' {
  import type { DataRouter } from 'react-router'
  export const router: DataRouter
}
declare module 'docs/react.md/TanStack Router.tsx' {
  import type { AnyRouter } from '@tanstack/react-router'
  export const router: AnyRouter
}
declare module 'docs/sveltekit.md/SvelteKit.ts' {}
declare module 'docs/sveltekit.md/SvelteKit.svelte' {
  import type { Component, Snippet } from 'svelte'
  const component: Component<{ children: Snippet }>
  export default component
}
declare module 'docs/nuxt.md/Nuxt.ts' {
  const plugin: unknown
  export default plugin
}
declare module 'docs/html.md/Several HTML pages.ts' {}
declare module 'docs/fetch.md/ky.ts' {
  import type { KyInstance } from 'ky'
  export const api: KyInstance
}
declare module 'docs/fetch.md/axios.ts' {
  import type { AxiosInstance } from 'axios'
  export const api: AxiosInstance
}
declare module 'docs/fetch.md/openapi-fetch.ts' {
  import type { Client } from 'openapi-fetch'
  interface Answers {
    responses: { 200: { content: { 'application/json': unknown } } }
  }
  interface Body {
    requestBody: { content: { 'application/json': unknown } }
  }
  export const api: Client<{ '/me': { get: Answers }; '/echo': { post: Answers & Body } }>
}
declare module 'docs/fetch.md/TanStack Query.ts' {
  import type { QueryClient, QueryOptions, MutationOptions } from '@tanstack/react-query'
  export const client: QueryClient
  export function read(url: string): QueryOptions & { queryKey: string[] }
  export function send(url: string): MutationOptions<unknown, Error, unknown>
}
