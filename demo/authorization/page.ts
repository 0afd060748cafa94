import { readFileSync } from 'node:fs'
import { html, type Html } from './html.js'
import type { Middleware } from './provider.js'

const stylesheet = readFileSync(new URL('./page.css', import.meta.url), 'utf8')

/** A whole page of the authorization server. */
export function page(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Pixy Demo ID</title>
        <link rel="stylesheet" href="/page.css" />
        <link rel="icon" href="data:," />
      </head>
      <body>
        <header>
          <span class="seal" aria-hidden="true">ID</span> <strong>Pixy Demo ID</strong>
          <span>authorization server</span>
        </header>
        <main>${content}</main>
      </body>
    </html> `
}

/** Serve the stylesheet of the pages. */
export const assets: Middleware = (ctx, next) => {
  if (ctx.path !== '/page.css') return next()
  ctx.type = 'css'
  ctx.body = stylesheet
}

/**
 * Set headers so that pages run no foreign script, are never framed, and send forms only to this server and,
 * by redirect, to the app. If oidc-provider needs an inline script, it adds the hash.
 */
export function pageHeaders(appOrigins: readonly string[]): Middleware {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    'img-src data:',
    `form-action 'self' ${appOrigins.join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')

  return (ctx, next) => {
    ctx.set('Content-Security-Policy', policy)
    ctx.set('Referrer-Policy', 'no-referrer')
    ctx.set('X-Content-Type-Options', 'nosniff')
    return next()
  }
}
