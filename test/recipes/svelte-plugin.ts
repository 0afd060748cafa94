import { compile } from 'svelte/compiler'

/** A plugin for Vite that compiles the components of Svelte. */
export const svelte = {
  name: 'svelte',
  transform: (code: string, id: string): string | null =>
    id.endsWith('.svelte') ? compile(code, { filename: id }).js.code : null,
}
