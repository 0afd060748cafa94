import { extname } from 'node:path'
import type { Listener } from './listen.js'
import { apps, pages, type Files } from './pages.js'

interface Setting {
  readonly listener: Listener
  readonly issuer: string
  readonly api: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serve the start page and the apps. */
export async function startApp({ listener, issuer, api }: Setting): Promise<void> {
  const files = await pages()
  const places: Readonly<Record<string, string>> = { ISSUER: issuer, API: api }
  const policy = contentSecurity(issuer, api)
  listener.handle(({ url = '/' }, response) => {
    const path = place(files, new URL(url, listener.origin).pathname)
    const content = files.get(path)
    if (content === undefined) return response.writeHead(404).end('There is nothing here.')
    response.setHeader('Content-Type', types[extname(path)] ?? 'text/plain')
    response.setHeader('Content-Security-Policy', policy)
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'credentialless')
    response.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin')
    response.setHeader('Cache-Control', 'no-cache')
    return response.end(content.replace(/%VITE_(\w+)%/g, (_, name: string) => places[name] ?? ''))
  })
}

/** The file at a path. Every path below an app is its page, because the app has its own router. */
function place(files: Files, path: string): string {
  if (files.has(path)) return path
  const app = apps.find((app) => path.startsWith(`/${app}/`))
  return app ? `/${app}/index.html` : `${path}index.html`
}

/** The Content Security Policy: it allows what the apps need, and nothing else. */
function contentSecurity(issuer: string, api: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${issuer} ${api}`,
    "img-src 'self' data:",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types vue', // React creates no policy.
  ].join('; ')
}
