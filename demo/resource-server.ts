import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRemoteJWKSet } from 'jose'
import { defaultAudience } from './audience.js'
import { listen } from './listen.js'
import { accessTokens, type Verify } from './resource/access-token.js'
import { allow } from './resource/cors.js'
import { Refusal } from './resource/refusal.js'

/** The options of `startResourceServer`. */
export interface ResourceServerOptions {
  /** The issuer whose tokens are accepted. */
  readonly issuer: string
  /** The origins of the app. CORS allows no others. */
  readonly allowedOrigins: readonly string[]
  /** The `aud` that tokens for this API must have. */
  readonly audience?: string
  /** Default: a free port. */
  readonly port?: number
}

/** A running API. */
export interface ResourceServer {
  readonly origin: string
  close(): Promise<void>
}

/** Start an API on loopback with one endpoint, `GET /api/me`, which accepts JWT access tokens. */
export async function startResourceServer(options: ResourceServerOptions): Promise<ResourceServer> {
  const { issuer, allowedOrigins, audience = defaultAudience } = options
  const { origin, handle, close } = await listen(options.port)
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`), { timeoutDuration: 3000 })
  const verify = accessTokens({ issuer, audience, keys })
  handle((request, response) => {
    if (allow(request, response, allowedOrigins) === 'answered') return
    me(request, origin, verify)
      .then((body) => reply(response, 200, body))
      .catch((error: unknown) => refuse(response, error))
  })
  return { origin, close }
}

async function me(request: IncomingMessage, origin: string, verify: Verify): Promise<unknown> {
  const { method = '', headers } = request
  const url = new URL(request.url ?? '/', origin)
  if (url.pathname !== '/api/me') throw new Refusal(404, 'This API has only GET /api/me.')
  if (method !== 'GET') throw new Refusal(405, 'This API has only GET /api/me.')
  const dpop = headers['dpop']
  const { expiresAt, ...token } = await verify({
    method,
    url: url.href,
    authorization: headers.authorization,
    dpop: typeof dpop === 'string' ? dpop : undefined,
  })
  return { ...token, expiresAt: new Date(expiresAt * 1000).toISOString() }
}

function refuse(response: ServerResponse, error: unknown) {
  const { status, message, challenge } =
    error instanceof Refusal ? error : new Refusal(500, 'The API failed to answer this request.')
  if (challenge) response.setHeader('WWW-Authenticate', challenge)
  if (status === 405) response.setHeader('Allow', 'GET')
  reply(response, status, { error: message })
}

function reply(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body, null, 2))
}
