// Blocks of the documentation, as modules: `file/heading.language`.
declare module 'docs/frameworks.md/React.tsx' {}
declare module 'docs/frameworks.md/Vue.ts' {}
declare module 'docs/frameworks.md/Svelte.svelte' {
  import type { Component } from 'svelte'
  const component: Component
  export default component
}
