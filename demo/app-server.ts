import { extname } from 'node:path'
import type { Listener } from './listen.js'
import { apps, pages, withRouter, type Files } from './pages.js'
import { answerSwitch, breakable, type Switches } from './switches.js'
import { answerBy, type Handle } from './web.js'

interface Setting {
  readonly listener: Listener
  readonly issuer: string
  readonly api: string
  /** Answers below `/auth/`. */
  readonly backend: Handle
  readonly switches: Switches
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Serve the start page and the apps. */
export async function startApp({
  listener,
  issuer,
  api,
  backend,
  switches,
}: Setting): Promise<void> {
  const files = await pages()
  const places: Readonly<Record<string, string>> = { ISSUER: issuer, API: api }
  const policy = contentSecurity(issuer, api)
  const toBackend = breakable(switches, (...exchange) => {
    answerBy(backend, listener.origin, ...exchange).catch(() => exchange[1].destroy())
  })
  listener.handle((request, response) => {
    const { url = '/', method, headers } = request
    const { pathname, search } = new URL(url, listener.origin)
    if (pathname.startsWith('/auth/')) return toBackend(request, response)
    if (pathname === '/') return response.writeHead(302, { Location: '/typescript/' }).end()
    if (apps.some((app) => pathname === `/${app}`))
      return response.writeHead(302, { Location: `${pathname}/${search}` }).end()
    const isOwn = headers.origin === listener.origin
    if (answerSwitch(switches, { method, path: pathname, isOwn }, response)) return response
    // A page that shows source is plain text and names no icon, so the browser requests /favicon.ico.
    const found = place(files, pathname === '/favicon.ico' ? '/mark.svg' : pathname)
    const path = found ?? '/404.html'
    const content = files.get(path) ?? ''
    response.statusCode = found ? 200 : 404
    response.setHeader('Content-Type', types[extname(path)] ?? 'text/plain; charset=utf-8')
    response.setHeader('Content-Security-Policy', policy)
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'credentialless')
    response.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin')
    response.setHeader('Cache-Control', 'no-cache')
    return response.end(content.replace(/%VITE_(\w+)%/g, (_, name: string) => places[name] ?? ''))
  })
}

/** The file at a path. For an app with a router, every path below the app gives the app's page. */
function place(files: Files, path: string): string | undefined {
  const app = withRouter.find((app) => path.startsWith(`/${app}/`))
  const places = [path, app ? `/${app}/index.html` : `${path}index.html`]
  return places.find((place) => files.has(place))
}

/** The Content Security Policy: it allows what the apps need, and nothing else. */
function contentSecurity(issuer: string, api: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${issuer} ${api}`,
    "frame-src 'self'",
    "img-src 'self' data:",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types vue', // React creates no policy.
  ].join('; ')
}
