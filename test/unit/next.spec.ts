// The recipes for the two routers of Next.js, built by Next.js into one site with a `basePath`.
// Its pages have no policy: Next.js writes inline scripts into them, each with another hash.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, extname, join } from 'node:path'
import { expect, firefox, type Browser, type Page } from '@playwright/test'
import type { Engines } from '../../scripts/engines.mjs'
import { block } from '../recipes/doc-snippets.js'
import { packageFolder } from '../recipes/packages.js'
import { appWithin, root, run, test } from '../support/installed-package.js'
import { serve, type Served } from '../support/node-server.js'

/** Firefox, as the tests of that project open it; this one runs in Chromium. */
function openFirefox(): Promise<Browser> {
  const { firefox: found } = JSON.parse(process.env['PIXY_ENGINES'] ?? '{}') as Engines
  const own = found?.path && { channel: 'moz-firefox', executablePath: found.path }
  return firefox.launch(own || {})
}

const documented = (heading: string, language: string): string =>
  block('docs/next.md', heading, language).code

const layout = `import type { ReactNode } from 'react'
import { Providers } from './auth'

export const metadata = { icons: 'data:,' }

export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body><Providers>{children}</Providers></body></html>
}`

const page = (name: string): string => `'use client'

import { useSearchParams } from 'next/navigation'
import { Suspense } from 'react'
import { useAuth } from 'pixy-auth/react'

function Tab() {
  return <>tab {useSearchParams().get('tab')}</>
}

export default function Page() {
  const { isLoading, user, signIn } = useAuth()
  if (isLoading) return <p>One moment…</p>
  if (!user) return <button onClick={() => signIn()}>Sign in</button>
  return <p>${name}: {user.sub}, <Suspense><Tab /></Suspense></p>
}`

const wrapper = `import { AuthProvider } from 'pixy-auth/react'
import { auth } from '../auth'

export default function App({ Component, pageProps }) {
  return <AuthProvider auth={auth}><Component {...pageProps} /></AuthProvider>
}`

const oldPage = (name: string): string => `import { useRouter } from 'next/router'
import { useAuth } from 'pixy-auth/react'

export default function Page() {
  const { isLoading, user, signIn } = useAuth()
  const { query } = useRouter()
  if (isLoading) return <p>One moment…</p>
  if (!user) return <button onClick={() => signIn()}>Sign in</button>
  return <p>${name}: {user.sub}, tab {query.tab}</p>
}`

// The page of the redirect URI leads to another page, and so drops what came with the URL.
const leading = (hook: string, path: string): string => `'use client'

import { useRouter } from '${hook}'
import { useEffect } from 'react'

export default function Page() {
  const router = useRouter()
  useEffect(() => void router.replace('${path}'), [router])
  return null
}`

// Types are checked with the other pieces of the documentation.
const config = `export default {
  output: 'export',
  basePath: '/docs',
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: ${JSON.stringify(root)} },
}`

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' }

/** Serve what was exported, as a host of static files does. */
const host = (folder: string): Promise<Served> =>
  serve(async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/favicon.ico') return new Response(null, { status: 204 })
    const path = pathname.replace(/^\/docs/, '').replace(/^$|\/$/, '/index')
    const file = extname(path) ? path : `${path}.html`
    const body = await readFile(join(folder, file)).catch(() => undefined)
    if (!body) return new Response('', { status: 404 })
    return new Response(body, {
      headers: { 'content-type': types[extname(file)] ?? 'text/plain' },
    })
  })

/** Sign in at a page of each router. */
async function visit(tab: Page, home: string): Promise<void> {
  const problems: string[] = []
  tab.on('pageerror', ({ message }) => problems.push(message))
  tab.on('console', (message) => problems.push(`${message.text()} ${message.location().url}`))
  for (const [path, name] of [
    ['/docs/inside?tab=2#part', 'Inside'],
    ['/docs/old/inside?tab=2#part', 'Old inside'],
  ] as const) {
    await tab.goto(home + path)
    await tab.getByRole('button', { name: 'Sign in' }).click()
    await expect(tab.getByText(`${name}: user-1, tab 2`)).toBeVisible()
    expect(tab.url()).toBe(home + path)
    await tab.reload()
    await expect(tab.getByText(`${name}: user-1, tab 2`)).toBeVisible()
  }
  expect(problems).toEqual([])
}

test('the recipes for Next.js build, sign in, and go on by its routers', async ({
  installed,
  page: tab,
  servers,
}, info) => {
  test.setTimeout(600_000)
  const { issuer, requests } = servers.newServer()
  const app = await appWithin(info.outputPath('next'), installed)
  const recipe = (heading: string, language: string, redirectUri: string): string =>
    documented(heading, language)
      .replace('https://id.example.com', issuer)
      .replace("redirectUri: '/'", `redirectUri: '${redirectUri}'`)
  const files = {
    'app/auth.tsx': recipe('App Router', 'tsx', '/docs'),
    'app/layout.tsx': layout,
    'app/page.tsx': leading('next/navigation', '/inside'),
    'app/inside/page.tsx': page('Inside'),
    'auth.ts': recipe('Pages Router', 'ts', '/docs/old').replace('my-spa', 'my-old-spa'),
    'pages/_app.tsx': wrapper,
    'pages/old/index.tsx': leading('next/router', '/old/inside'),
    'pages/old/inside.tsx': oldPage('Old inside'),
    'next.config.mjs': config,
  }
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(app, path)), { recursive: true })
    await writeFile(join(app, path), code)
  }
  const next = join(packageFolder('next'), 'dist/bin/next')
  await run(process.execPath, [next, 'build'], {
    cwd: app,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
  })
  expect(await readFile(join(app, 'out/inside.html'), 'utf8')).toContain('<p>One moment…</p>')

  const { origin: home, close } = await host(join(app, 'out'))
  await visit(tab, home)
  expect(requests('token')).toHaveLength(2)
  const browser = await openFirefox()
  await visit(await browser.newPage(), home)
  await browser.close()
  expect(requests('token')).toHaveLength(4)
  await close()
})
