import { mount } from 'svelte'

// The quick starts of the documentation, without any change.
const scenes: Record<string, () => Promise<unknown>> = {
  react: () => import('docs/frameworks.md/React.tsx'),
  vue: () => import('docs/frameworks.md/Vue.ts'),
  async svelte() {
    const { default: Home } = await import('docs/frameworks.md/Svelte.svelte')
    mount(Home, { target: document.body })
  },
}

const [, , scene = ''] = location.pathname.split('/')
void scenes[scene]?.()
