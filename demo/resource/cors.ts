import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Let the app's origin read the answers, and answer its preflights. A page needs the exposed headers
 * to learn why the API refused a call.
 */
export function allow(
  request: IncomingMessage,
  response: ServerResponse,
  origins: readonly string[],
): 'answered' | 'open' {
  const { origin } = request.headers
  response.setHeader('Vary', 'Origin')
  if (origin && origins.includes(origin)) {
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', 'WWW-Authenticate, DPoP-Nonce, Date')
  }
  if (request.method !== 'OPTIONS') return 'open'
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, DPoP')
  response.setHeader('Access-Control-Max-Age', '600')
  response.writeHead(204).end()
  return 'answered'
}
