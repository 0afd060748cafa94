import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

/** From a `Request` to its `Response`, as web servers other than Node's have it. */
export type Handle = (request: Request) => Promise<Response | undefined>

/** Answer a request of Node's server by such a function. */
export async function answerBy(
  handle: Handle,
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const request = new Request(new URL(url, origin), {
    method,
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    signal: gone.signal,
    // `duplex` is of the standard, and not yet of the types.
    ...(/^(GET|HEAD)$/.test(method) ? {} : { body: Readable.toWeb(incoming), duplex: 'half' }),
  } as RequestInit)
  const response = (await handle(request)) ?? new Response(null, { status: 404 })
  // It keeps several `set-cookie` apart.
  outgoing.setHeaders(response.headers)
  outgoing.writeHead(response.status)
  if (!response.body) return void outgoing.end()
  Readable.fromWeb(response.body as ReadableStream)
    .on('error', () => outgoing.destroy())
    .pipe(outgoing)
}
