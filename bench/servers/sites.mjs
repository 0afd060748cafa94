// The app's server, and an API that requires a token.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

/** @import { RequestListener, Server } from 'node:http' */

/** @typedef {{ origin: string, handle: (listener: RequestListener) => void, close: () => Promise<void> }} Site */

/** @returns {Promise<Site>} */
export function startSite() {
  const server = createServer()
  return new Promise((resolve) =>
    server.listen(0, 'localhost', () => {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : undefined
      resolve({
        origin: `http://localhost:${port}`,
        handle: (listener) => void server.on('request', listener),
        close: () => closed(server),
      })
    }),
  )
}

/** @param {Server} server */
const closed = (server) =>
  /** @type {Promise<void>} */ (
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  )

/** @type {Record<string, string>} */
const types = { '.html': 'text/html', '.js': 'text/javascript' }

/**
 * Serves the files of a folder. Any other path of an app gives the app's page.
 *
 * @param {string} folder
 * @returns {RequestListener}
 */
export function files(folder) {
  return async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname)
    const name = extname(path) ? path : `/${path.split('/')[1]}/index.html`
    try {
      const body = await readFile(join(folder, name))
      response.setHeader('content-type', types[extname(name)] ?? 'application/octet-stream')
      // As real sites do: the browser revalidates the page; its scripts have a hash in their name and never change.
      response.setHeader(
        'cache-control',
        extname(name) === '.html' ? 'no-cache' : 'public, max-age=31536000, immutable',
      )
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  }
}

/**
 * @param {string} appOrigin
 * @param {(token: string) => Promise<boolean>} isAlive
 * @returns {RequestListener}
 */
export function api(appOrigin, isAlive) {
  return async (request, response) => {
    response.setHeader('access-control-allow-origin', appOrigin)
    response.setHeader('access-control-allow-headers', 'authorization, dpop')
    response.setHeader('access-control-max-age', '7200')
    if (request.method === 'OPTIONS') return response.end()
    const [, token = ''] = (request.headers.authorization ?? '').split(' ')
    response.statusCode = (await isAlive(token)) ? 200 : 401
    if (response.statusCode === 401)
      response.setHeader('www-authenticate', 'Bearer error="invalid_token"')
    response.end('{}')
  }
}
