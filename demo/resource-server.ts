import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRemoteJWKSet } from 'jose'
import { defaultAudience } from './audience.js'
import { listen } from './listen.js'
import { accessTokens, type Verify } from './resource/access-token.js'
import { allow } from './resource/cors.js'
import { factorMissing, Refusal } from './resource/refusal.js'
import { secondFactor } from './second-factor.js'
import { breakable, createSwitches, type Switches } from './switches.js'

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
  /** The switches that the demo's page sets for this API. Default: all off. */
  readonly switches?: Switches
}

/** A running API. */
export interface ResourceServer {
  readonly origin: string
  close(): Promise<void>
}

/**
 * Start an API on loopback that accepts JWT access tokens: `GET /api/me`, and `POST /api/transfer`, which
 * requires a second factor that is not older than two minutes.
 */
export async function startResourceServer(options: ResourceServerOptions): Promise<ResourceServer> {
  const {
    issuer,
    allowedOrigins,
    audience = defaultAudience,
    switches = createSwitches(),
  } = options
  const { origin, handle, close } = await listen(options.port)
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`), { timeoutDuration: 3000 })
  const verify = accessTokens({ issuer, audience, keys, expired: switches.expired })
  handle(
    breakable(switches, (request, response) => {
      if (allow(request, response, allowedOrigins) === 'answered') return
      answer(request, origin, verify)
        .then((body) => reply(response, 200, body))
        .catch((error: unknown) => refuse(response, error))
    }),
  )
  return { origin, close }
}

const methods: Readonly<Record<string, string>> = { '/api/me': 'GET', '/api/transfer': 'POST' }
const maxAge = 120

async function answer(request: IncomingMessage, origin: string, verify: Verify): Promise<unknown> {
  const { method = '', headers } = request
  const url = new URL(request.url ?? '/', origin)
  const allowed = Object.hasOwn(methods, url.pathname) && methods[url.pathname]
  if (!allowed) throw new Refusal(404, 'This API has GET /api/me and POST /api/transfer.')
  if (method !== allowed) throw new Refusal(405, `Use ${allowed}.`, { Allow: allowed })
  const dpop = headers['dpop']
  const { expiresAt, acr, authTime, scheme, ...token } = await verify({
    method,
    url: url.href,
    authorization: headers.authorization,
    dpop: typeof dpop === 'string' ? dpop : undefined,
  })
  if (url.pathname === '/api/transfer') {
    const isRecent = Date.now() / 1000 - authTime <= maxAge
    if (acr !== secondFactor || !isRecent) throw factorMissing(scheme, secondFactor, maxAge)
    return { transferred: '100 €', by: token.name ?? token.sub, confirmedBy: 'second factor' }
  }
  return { ...token, expiresAt: new Date(expiresAt * 1000).toISOString() }
}

function refuse(response: ServerResponse, error: unknown) {
  const { status, message, headers } =
    error instanceof Refusal ? error : new Refusal(500, 'The API failed to answer this request.')
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  reply(response, status, { error: message })
}

function reply(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body, null, 2))
}
