import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

/** A function from a `Request` to its `Response`, the form that many web servers other than Node's use. */
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
    // The Fetch standard has `duplex`, the types do not yet.
    ...(/^(GET|HEAD)$/.test(method) ? {} : { body: Readable.toWeb(incoming), duplex: 'half' }),
  } as RequestInit)
  const response = (await handle(request)) ?? new Response(null, { status: 404 })
  // `setHeaders` keeps several `set-cookie` lines separate.
  outgoing.setHeaders(response.headers)
  outgoing.writeHead(response.status)
  if (!response.body) return void outgoing.end()
  Readable.fromWeb(response.body as ReadableStream)
    .on('error', () => outgoing.destroy())
    .pipe(outgoing)
}
