import { fileURLToPath } from 'node:url'
import { createServer, type InlineConfig } from 'vite'
import type { Listener } from './listen.js'

interface Setting {
  readonly listener: Listener
  readonly issuer: string
  readonly api: string
}

/** Serve the app, built on the fly from `demo/app` and the library's source. */
export async function startApp(setting: Setting): Promise<{ close(): Promise<void> }> {
  const vite = await createServer(config(setting))
  const { server, close } = setting.listener
  server.on('request', vite.middlewares)
  return {
    async close() {
      await vite.close()
      await close()
    },
  }
}

function config({ listener, issuer, api }: Setting): InlineConfig {
  const library = fileURLToPath(new URL('../src/', import.meta.url))
  return {
    configFile: false,
    envDir: false,
    root: fileURLToPath(new URL('./app/', import.meta.url)),
    appType: 'spa',
    logLevel: 'error',
    clearScreen: false,
    resolve: { alias: { 'pixy-auth': `${library}index.ts` } },
    define: {
      'import.meta.env.VITE_ISSUER': JSON.stringify(issuer),
      'import.meta.env.VITE_API': JSON.stringify(api),
    },
    // Edits show at the next reload: a page that reloads by itself would tear a sign-in apart.
    plugins: [{ name: 'reload-by-hand', hotUpdate: () => [] }],
    // The library's two dependencies are ES modules already: bundling them would only reload
    // the page in the middle of the first sign-in.
    optimizeDeps: { noDiscovery: true, include: [] },
    server: {
      middlewareMode: true,
      hmr: { server: listener.server },
      fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] },
      headers: { 'Content-Security-Policy': contentSecurity(listener.origin, issuer, api) },
    },
  }
}

/** What the app's own page needs, and nothing else. */
function contentSecurity(app: string, issuer: string, api: string): string {
  return [
    "default-src 'self'",
    `connect-src 'self' ${app.replace('http', 'ws')} ${issuer} ${api}`,
    `frame-src 'self' ${issuer}`,
    "img-src 'self' data:",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
}
