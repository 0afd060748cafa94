// An app that starts its client early: its source, its build, and a strict host.
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from '@playwright/test'
import type { InlineConfig, Plugin } from 'vite'
import { serve } from './node-server.js'
import { strictly } from './servers.js'

interface Options {
  entry: string
  inline?: boolean
}

const page = (script: string): string =>
  `<!doctype html><html><head><link rel="icon" href="data:,"></head><body><script type="module" src="${script}"></script></body></html>`

export const files = {
  'index.html': page('/src/main.js'),
  'deep/page.html': page('/src/main.js'),
  'other.html': page('/src/other.js'),
  'src/auth.js': `import { createAuth } from 'pixy-auth'
export const auth = createAuth(window.options)
void auth.start()`,
  'src/main.js': `import { auth } from './auth.js'
const button = document.createElement('button')
button.textContent = 'Sign in'
button.onclick = auth.signIn
document.body.append(button)
auth.subscribe(({ status, user }) => {
  document.body.append(status === 'signed-in' ? 'Hello ' + user.sub : status)
})
// With this, some files of the build do no more than pass on the names of another.
await auth.start()`,
  'src/other.js': `document.title = 'other'`,
}

/** An app's folder, and the plugin as npm installs it. */
export async function appIn(
  folder: string,
): Promise<{ app: string; pixyAuth: (o: Options) => Plugin }> {
  const app = await mkdtemp(join(folder, 'app-'))
  for (const name of ['src', 'deep']) await mkdir(join(app, name))
  for (const [name, text] of Object.entries(files)) await writeFile(join(app, name), text)
  const plugin = join(folder, 'node_modules/pixy-auth/dist/vite.js')
  const { pixyAuth } = (await import(pathToFileURL(plugin).href)) as {
    pixyAuth: (options: Options) => Plugin
  }
  return { app, pixyAuth }
}

export const entry = '/src/auth.js'

export const configOf = (app: string, ...plugins: Plugin[]): InlineConfig => ({
  configFile: false,
  root: app,
  logLevel: 'warn',
  plugins,
  build: { modulePreload: { polyfill: false } },
})
/** Where the host writes the nonce of a page. */
export const NONCE = 'NONCE-OF-THE-PAGE'

interface Hosted {
  readonly origin: string
  /** The scripts that the last page asked for, by name without its hash. */
  readonly asked: string[]
  /** What the answer to a script of a callback page waits for; with `false` the connection is cut. */
  before: ((name: string) => Promise<unknown> | false | undefined) | undefined
  close(): Promise<void>
}

/** The name of a script, without its hash. */
export const nameOf = (path: string): string => /\/([a-z-]+?)-[\w-]{8}\.js$/.exec(path)?.[1] ?? ''

/** Serve the built app, as a strict host does. */
export async function host(
  app: string,
  policy: (policy: string) => string = (it) => it,
): Promise<Hosted> {
  const headers = strictly("'none'")
  const own = policy(headers['content-security-policy'] ?? '')
  const hosted: Hosted = { origin: '', asked: [], before: undefined, close: async () => {} }
  let isCallback = false
  const served = await serve(async (request) => {
    const { pathname, search } = new URL(request.url)
    const isPage = !pathname.endsWith('.js')
    const path = isPage ? (pathname.endsWith('.html') ? pathname : 'index.html') : pathname
    const name = nameOf(pathname)
    if (isPage) {
      hosted.asked.length = 0
      isCallback = search.includes('state=')
    } else {
      hosted.asked.push(name)
      if (isCallback && (await hosted.before?.(name)) === false)
        throw Object.assign(new Error(), { name: 'ConnectionReset' })
    }
    const body = await readFile(join(app, 'dist', path), 'utf8')
    return new Response(isPage ? body.replaceAll(NONCE, 'r4nd0m') : body, {
      headers: {
        ...headers,
        'content-security-policy': own,
        'content-type': isPage ? 'text/html' : 'text/javascript',
        'cache-control': 'no-store',
      },
    })
  })
  return Object.assign(hosted, served)
}

/** Record errors of the page, and what its policy forbids. From now on the page is never idle. */
export async function watch(page: Page, issuer: string): Promise<string[]> {
  const problems: string[] = []
  page.on('pageerror', ({ message }) => problems.push(message))
  page.on('console', (message) => problems.push(message.text()))
  await page.addInitScript(
    (options) => {
      Object.assign(window, { options, requestIdleCallback: () => 0 })
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
        console.log(`violation of ${violatedDirective}: ${blockedURI}`),
      )
    },
    { issuer, clientId: 'app', redirectUri: '/' },
  )
  return problems
}

/** What the page's head has begun to load, and to connect to. */
export const begun = (page: Page): Promise<string[]> =>
  page
    .locator('link[rel=preconnect], link[rel=modulepreload]')
    .evaluateAll((links) =>
      links.map(
        (link) =>
          `${(link as HTMLLinkElement).rel} ${(link as HTMLLinkElement).href.replace(/.*\/|-[\w-]{8}\.js/g, '')}`,
      ),
    )
