// Packages that the documentation imports and that are not installed: the parts it uses.

/** The element that the recipe for Lit speaks of. */
declare const element: import('lit').ReactiveElement

declare module '@storybook/react-vite' {
  import type { ComponentType, ReactNode } from 'react'
  export interface Meta<Component extends ComponentType> {
    component?: Component
  }
  export interface StoryObj<Component extends ComponentType> extends Meta<Component> {
    render?: () => ReactNode
  }
}

declare module '@capacitor/app' {
  export const App: {
    getLaunchUrl(): Promise<{ url: string } | undefined>
    addListener(event: 'appUrlOpen', listener: (event: { url: string }) => void): Promise<unknown>
  }
}

declare module '@capacitor/browser' {
  export const Browser: {
    open(options: { url: string }): Promise<void>
    close(): Promise<void>
  }
}

declare module '*.vue' {
  import type { Component } from 'vue'
  const component: Component
  export default component
}

declare module '$app/navigation' {
  export function goto(href: string, options?: { replaceState?: boolean }): Promise<void>
}

declare module '#imports' {
  import type { App } from 'vue'
  import type { Router } from 'vue-router'
  export function defineNuxtPlugin(plugin: (nuxt: { readonly vueApp: App }) => void): unknown
  export function onNuxtReady(callback: () => unknown): void
  export function useRouter(): Router
}
