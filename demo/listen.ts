import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server that already listens on loopback. Its handler may be added later. */
export interface Listener {
  readonly origin: string
  readonly server: Server
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
      resolve({ origin: `http://localhost:${port}`, server, close: () => close(server) })
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
