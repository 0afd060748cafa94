import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

/** A web-standard fetch handler. */
export type Handler = (request: Request) => Promise<Response>

/** Where a handler is served; `close` cuts all open connections. */
export interface Served {
  origin: string
  close(): Promise<void>
}

/**
 * Serves a fetch handler over HTTP on a loopback port. A handler that rejects with an error named
 * `ConnectionReset` has its connection cut.
 */
export async function serve(
  handler: Handler,
  { host = 'localhost', port = 0 }: { host?: string; port?: number } = {},
): Promise<Served> {
  const servers = await listen(handler, host, port)
  const name = host.includes(':') ? `[${host}]` : host
  return {
    origin: `http://${name}:${portOf(servers[0])}`,
    close: async () => void (await Promise.all(servers.map(close))),
  }
}

/** Listen on both loopback addresses, if there are both, because `localhost` may mean either. */
async function listen(
  handler: Handler,
  host: string,
  port: number,
): Promise<[Server, ...Server[]]> {
  if (host !== 'localhost') return [await listenOn(handler, host, port)]
  for (;;) {
    const first = await listenOn(handler, '127.0.0.1', port)
    try {
      return [first, await listenOn(handler, '::1', portOf(first))]
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (!taken) return [first]
      await close(first)
      // Another program has the same port on the other address: look for one that is free on both.
      if (port !== 0) throw error
    }
  }
}

function listenOn(handler: Handler, host: string, port: number): Promise<Server> {
  const server = createServer((incoming, outgoing) => void converse(handler, incoming, outgoing))
  // Chromium sends a request again, a POST too, when a connection that served one before is cut:
  // a cut must reach the client as a cut, so each request has its own connection.
  server.maxRequestsPerSocket = 1
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })
}

async function converse(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse) {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  try {
    await send(await handler(requestFrom(incoming, gone.signal)), outgoing, gone.signal)
  } catch (error) {
    fail(error, incoming, outgoing)
  }
}

function requestFrom(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', url = '/', headers } = incoming
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {}
  const init = { method, headers: headersFrom(incoming), signal, ...body } as RequestInit
  return new Request(`http://${headers.host ?? 'localhost'}${url}`, init)
}

function headersFrom({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '')
  }
  return headers
}

async function send(
  response: Response,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> {
  outgoing.statusCode = response.status
  if (response.statusText) outgoing.statusMessage = response.statusText
  // `setHeaders` keeps several `set-cookie` lines separate.
  outgoing.setHeaders(response.headers)
  outgoing.flushHeaders()
  if (response.body) await pour(Readable.fromWeb(response.body as ReadableStream), outgoing, gone)
  outgoing.end()
}

// Not `pipeline`: if the body breaks off, that would close the connection as if the body were complete.
async function pour(body: Readable, outgoing: ServerResponse, gone: AbortSignal): Promise<void> {
  gone.addEventListener('abort', () => body.destroy(), { once: true })
  for await (const chunk of body) {
    if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal: gone })
  }
}

function fail(error: unknown, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  // Reset the connection also if a body breaks off: some clients take a mere close for the end of the body.
  if (name === 'ConnectionReset' || outgoing.headersSent) incoming.socket.resetAndDestroy()
  else outgoing.writeHead(500, { 'content-type': 'text/plain' }).end(`${name}: ${message}\n`)
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
