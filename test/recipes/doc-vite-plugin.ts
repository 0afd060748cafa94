import { extname, join } from 'node:path'
import { compile } from 'svelte/compiler'
import { compileScript, parse } from 'vue/compiler-sfc'
import { block } from './doc-snippets.js'

const root = join(import.meta.dirname, '../..')
const isBlock = (id = ''): boolean => /\/docs\/\w+\.md\/[^/]+$/.test(id)

// What stands in for modules of apps and frameworks. The client of a recipe gets the options of the test.
const standIns: Record<string, string> = {
  'pixy-auth': 'client.ts',
  './Home': 'home.tsx',
  '$app/navigation': 'sveltekit.ts',
  '#imports': 'nuxt.ts',
}

/** The same for TanStack Router. */
const tanStack: Record<string, string> = { './Home': 'tanstack-home.tsx' }

/** The real compilers. Svelte's output is JavaScript, Vue's is still TypeScript. */
const compilers: Record<string, (code: string, filename: string) => string> = {
  '.svelte': (code, filename) => compile(code, { filename }).js.code,
  '.vue': (code, filename) =>
    compileScript(parse(code, { filename }).descriptor, { id: 'home', inlineTemplate: true })
      .content,
}

/** What the documentation puts inside a component, as a function that the component calls. */
function asFunction(code: string): string {
  const imports = code.replace(/^(?!import ).*$/gm, '')
  const body = code.replace(/^import .*$/gm, '')
  const result = `return typeof state === 'undefined' ? undefined : state`
  return `${imports}\nexport function inside(element) {\n${body}\n${result}\n}`
}

const insideOfComponents = new Set(['Solid', 'Angular', 'Lit'])

/**
 * A plugin for Vite that lets a page import code blocks of the documentation; `./auth` is then the
 * client of the test. Vite's own type is left out: in this folder it would be that of the Vite that
 * Vitest brings, which does not fit the root's.
 */
export const documented = {
  name: 'documented',
  enforce: 'pre' as const,
  resolveId(id: string, importer?: string): string | null | undefined {
    // As if the block were in this folder, so that it finds the packages here.
    if (id.startsWith('docs/')) return join(import.meta.dirname, id)
    if (!isBlock(importer)) return null
    const standIn = (importer?.includes('TanStack Router') && tanStack[id]) || standIns[id]
    if (standIn) return join(import.meta.dirname, standIn)
    if (id === './auth') return join(root, 'test/app/auth.ts')
    if (id === '$lib/auth') return importer?.replace(/\.\w+$/, '.ts')
    if (id.endsWith('.vue')) return importer?.replace(/\.\w+$/, '.vue')
    const [, entry] = /^pixy-auth(?:\/(\w+))?$/.exec(id) ?? [undefined, undefined]
    return id.startsWith('pixy-auth') ? join(root, `src/${entry ?? 'index'}.ts`) : null
  },
  load(id: string): string | { code: string; moduleType: 'js' | 'ts' } | null {
    if (!isBlock(id)) return null
    const [, file = '', heading = ''] = /\/(docs\/\w+\.md)\/([^/]+)\.\w+$/.exec(id) ?? []
    const { code, language } = block(file, decodeURI(heading), extname(id).slice(1))
    const compiled = compilers[extname(id)]
    if (insideOfComponents.has(heading)) return asFunction(code)
    if (!compiled) return code
    return { code: compiled(code, id), moduleType: language === 'vue' ? 'ts' : 'js' }
  },
}
