import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server that already listens on loopback. Its handler may be added later. */
export interface Listener {
  readonly origin: string
  /** Give the requests for this origin to a handler. `request.url` is then a path, perhaps with a query. */
  handle(handler: RequestListener): void
  close(): Promise<void>
}

/**
 * Listen on `localhost`, on a free port by default. The port is known before there is a handler, so
 * the servers of the demo can be told each other's origins.
 */
export function listen(port = 0): Promise<Listener> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, 'localhost', () => {
      server.off('error', reject)
      const { port } = server.address() as AddressInfo
      const origin = `http://localhost:${port}`
      resolve({ origin, handle: handleAt(server, origin), close: () => close(server) })
    })
  })
}

function handleAt(server: Server, origin: string): Listener['handle'] {
  return (handler) => {
    server.on('request', (request, response) => {
      const target = targetOf(request, origin)
      if (target === undefined) {
        // Close the connection, because the rest of a bad request is not read.
        response.writeHead(400, { Connection: 'close' }).end('The request is not for this server.')
        return
      }
      request.url = target
      handler(request, response)
    })
  }
}

/**
 * The path and query of a request to this origin; `undefined` for any other. A path that begins with
 * two slashes would be read as a host.
 *
 * @see [RFC 9112 §3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)
 */
function targetOf({ url = '', headers }: IncomingMessage, origin: string): string | undefined {
  const isHere = headers.host?.toLowerCase() === new URL(origin).host
  if (!isHere || !/^(\/|https?:)/i.test(url) || !URL.canParse(url, origin)) return undefined
  const target = new URL(url, origin)
  const isOwn = target.origin === origin && !target.username && !target.password
  return isOwn && !target.pathname.startsWith('//') ? target.pathname + target.search : undefined
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
