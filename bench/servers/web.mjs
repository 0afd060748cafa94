// Runs a handler of `Request` and `Response` on a Node server.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** @import { IncomingMessage, ServerResponse } from 'node:http' */

// Limit the queue by bytes. By default Node counts pieces, and keeps up to 16,384 of them if the API is slow.
const strategy = new ByteLengthQueuingStrategy({ highWaterMark: 2 ** 16 })

/** @typedef {(request: Request) => Promise<Response>} Handler */

/**
 * @param {Handler} handler
 * @returns {Promise<string>} its origin
 */
export async function serve(handler) {
  const server = createServer((request, response) => void answer(handler, request, response))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

/**
 * @param {Handler} handler
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 */
async function answer(handler, request, response) {
  const { method = '', headers, url } = request
  const answered = await handler(
    new Request(`http://${headers.host}${url}`, {
      method,
      headers: new Headers(/** @type {Record<string, string>} */ (headers)),
      .../** @type {RequestInit} */ (
        /^(GET|HEAD)$/.test(method)
          ? {}
          : { body: Readable.toWeb(request, { strategy }), duplex: 'half' }
      ),
    }),
  )
  response.statusCode = answered.status
  response.setHeaders(answered.headers)
  if (!answered.body) return void response.end()
  /** @type {import('node:stream/web').ReadableStream} */
  const body = /** @type {any} */ (answered.body)
  await pipeline(Readable.fromWeb(body), response)
}
