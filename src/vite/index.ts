import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import type { HtmlTagDescriptor, IndexHtmlTransformContext, Plugin, ResolvedConfig } from 'vite'

/** The options of `pixyAuth`. */
export interface EarlyStartOptions {
  /** The module of the app that makes the client and calls its `start()`, such as `/src/auth.ts`. */
  readonly entry: string
  /**
   * Whether the snippet is inline in the page, so that it runs before any file is loaded. Default: `true` if
   * Vite's `html.cspNonce` is set. Without a nonce, a strict policy must list the hash of an inline snippet.
   */
  readonly inline?: boolean
}

type Bundle = NonNullable<IndexHtmlTransformContext['bundle']>
type Chunk = Extract<Bundle[string], { type: 'chunk' }>

const here = import.meta.dirname.replaceAll('\\', '/')

/**
 * An early start for an app whose bundle is large. In a build, the module that makes the client becomes a
 * separate file, which each page that uses the client loads in parallel with the bundle. So the client finishes
 * a callback while the bundle still loads. A snippet in the page's head loads at once what the callback needs.
 */
export function pixyAuth({ entry, inline }: EarlyStartOptions): Plugin {
  const snippet = readFileSync(`${here}/pixy-auth.early.js`, 'utf8')
  let config: ResolvedConfig
  let id: string
  return {
    name: 'pixy-auth',
    apply: 'build',
    applyToEnvironment: ({ config: { consumer } }) => consumer === 'client',
    configResolved: (resolved) => void (config = resolved),
    async buildStart() {
      const found = await this.resolve(entry, `${config.root}/index.html`)
      if (!found) return this.error(`There is no module "${entry}": set \`entry\` of pixyAuth().`)
      id = found.id
      // `false`: the file may export other names than the module, as the app's chunks that import it require.
      this.emitFile({ type: 'chunk', id, preserveSignature: false })
      if (!isInline()) this.emitFile({ type: 'asset', name: 'pixy-auth.js', source: snippet })
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {}, chunk: app, path }) {
        const files = Object.values(bundle)
        const chunks = files.filter((file) => file.type === 'chunk')
        const client = chunks.find(({ moduleIds }) => moduleIds.includes(id))
        // This page does not use the client.
        if (!client || !app || !used(bundle, app).has(client)) return []
        const url = (file: Bundle[string]): string => publicUrl(config, path, file.fileName)
        const before = reached(bundle, client)
        const later = reached(bundle, ...chunks.filter(isForCallback))
        const hints = [...later].filter((chunk) => !before.has(chunk)).map(url)
        const load = { 'data-load': hints.join(' ') }
        const file = files.find((one) => one.type === 'asset' && one.source === snippet)
        const preloads = [...before].map(url).filter((href) => !html.includes(`"${href}"`))
        return [
          {
            ...(file
              ? { tag: 'script', attrs: { async: true, src: url(file), ...load } }
              : { tag: 'script', attrs: load, children: snippet }),
            injectTo: 'head-prepend',
          },
          moduleTag('script', { type: 'module', async: true, src: url(client) }),
          ...preloads.map((href) => moduleTag('link', { rel: 'modulepreload', href })),
        ]
      },
    },
  }

  function isInline(): boolean {
    return inline ?? !!config.html?.cspNonce
  }
}

function moduleTag(tag: string, attrs: HtmlTagDescriptor['attrs']): HtmlTagDescriptor {
  return { tag, attrs: { ...attrs, crossorigin: true }, injectTo: 'head' }
}

/** Whether the client loads this chunk to finish a callback. The chunk may only re-export others. */
const isForCallback = ({ facadeModuleId }: Chunk): boolean =>
  facadeModuleId === `${here}/sign-in.js` || facadeModuleId === `${here}/calls.js`

/** These chunks and all chunks that they import, directly or not. */
const reached = (bundle: Bundle, ...from: Chunk[]): Set<Chunk> =>
  closure(bundle, from, ({ imports }) => imports)

/** The same for one chunk, with the chunks that are loaded later by `import()`. */
const used = (bundle: Bundle, from: Chunk): Set<Chunk> =>
  closure(bundle, [from], ({ imports, dynamicImports }) => [...imports, ...dynamicImports])

function closure(bundle: Bundle, from: Chunk[], next: (chunk: Chunk) => string[]): Set<Chunk> {
  const found = new Set(from)
  for (const chunk of found)
    for (const name of next(chunk)) {
      const file = bundle[name]
      if (file?.type === 'chunk') found.add(file)
    }
  return found
}

/** The URL of a built file, spelled as Vite spells it in the page: a module with two URLs would run twice. */
function publicUrl({ base, experimental }: ResolvedConfig, page: string, file: string): string {
  const hostId = page.slice(1)
  const given = experimental.renderBuiltUrl?.(file, {
    type: 'asset',
    hostId,
    hostType: 'html',
    ssr: false,
  })
  if (typeof given === 'string') return given
  // In a page Vite uses its `base`, even if `renderBuiltUrl` asks for `relative`.
  if (!/^(\.\/)?$/.test(base)) return base + file
  const path = posix.relative(posix.dirname(hostId), file)
  return path.startsWith('.') ? path : `./${path}`
}
