import { readFile } from 'node:fs/promises'
import { dpopProofs } from '../../demo/resource/dpop-proof.js'
import type { Refusal } from '../../demo/resource/refusal.js'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import { serve, type Served } from './node-server.js'

/** A request that one of the test servers received. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly body: string
}

/** The same for the canaries, in a list from which no test removes an entry. */
export interface Visit extends Seen {
  /** `API` where a token may go. */
  readonly place: 'API' | 'another origin'
}

/** Gives the answer of the resource server; by default the token decides. */
export type ApiHandler = (request: Request) => Response | undefined | Promise<Response | undefined>

/** The resource server of one test. `GET …/me` returns the user, `POST …/echo` the request. */
export interface Api {
  /** Absolute URL, ending in a slash. */
  readonly url: string
  readonly seen: Seen[]
  /** Gives another answer; `undefined` for the default answer. */
  handler: ApiHandler | undefined
  /** Whether CORS exposes `WWW-Authenticate` and `DPoP-Nonce`, or which of them. Default true. */
  exposes: boolean | 'www-authenticate'
  /** Proofs need a nonce: always the same, a new one after each request, or one that never fits. */
  nonce: 'required' | 'rotating' | 'wrong' | undefined
}

/** The text of a page or script at a path. */
type Written = (path: string) => string

/** The servers that a worker runs for all its tests; each test has its own paths on them. */
export interface Servers {
  readonly appOrigin: string
  /** Another origin of the same site, with the same pages. */
  readonly otherOrigin: string
  readonly evil: { readonly origin: string; readonly seen: Seen[] }
  /** The reports of the browser about violations of the Content Security Policy. */
  readonly violations: string[]
  /** The `Cross-Origin-Opener-Policy` of the app's pages; empty for none. */
  coop: string
  /** Whether the app's pages allow frames of a server that sends no embedder policy. */
  embeds: boolean
  /** Every mock server so far. */
  readonly all: readonly MockServer[]
  /** Every request so far to any other server. */
  readonly visits: Visit[]
  /** @param path below the server's own, such as `/common/v2.0` */
  newServer(options?: Partial<Parameters<typeof createMockServer>[0]>, path?: string): MockServer
  newApi(server: () => MockServer): Api
  /** Make a page on the app's origin, with the usual policy unless `lax`. @returns its path */
  newPage(html: Written, more?: { script?: Written; lax?: boolean }): string
  close(): Promise<void>
}

const root = `${import.meta.dirname}/../../.build/app/`
/** The start of each page. Without an icon Firefox asks for one, which the policy forbids. */
const head = '<!doctype html><link rel="icon" href="data:,">'
/** The page of an app: `main`, or by the path `react`, `vue` and so on. */
const page = (app: string): string =>
  `${head}<meta charset="utf-8"><title>app</title><div id="root"></div><script type="module" src="/${app}.js"></script>`

/**
 * The headers of a strict page: no inline script, no eval, no worker, no strings in sinks that run
 * script, no access to windows of other origins.
 *
 * @param policies the Trusted Types policies that the page's framework needs
 */
export const strictly = (policies: string): Record<string, string> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    'connect-src http://localhost:* http://*.localhost:* http://127.0.0.1:* https://*.example.com',
    'frame-src http://localhost:* http://127.0.0.1:*',
    'img-src data:',
    "base-uri 'self'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${policies}`,
    'report-uri /violations',
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  // Not `require-corp`: with that a page cannot tell a server without CORS from an unreachable one.
  'cross-origin-embedder-policy': 'credentialless',
})
const strict = strictly('vue svelte-trusted-html lit-html')
const visits: Visit[] = []

interface OwnPage {
  readonly html: string
  /** An external script, at the page's path and `.js`. */
  readonly script: string | undefined
  /** Without a policy, for a page with inline script. */
  readonly lax: boolean
}

// The pages that tests have made, by path.
const pages = new Map<string, OwnPage>()

// Headers of the app's pages in this worker.
let coop = strict['cross-origin-opener-policy'] ?? ''
let embeds = false

async function serveApp(violations: string[], request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (pathname === '/violations') {
    violations.push(await request.text())
    return new Response(null, { status: 204 })
  }
  const ownScript = pages.get(pathname.replace(/\.js$/, ''))?.script
  if (pathname.endsWith('.js') && ownScript !== undefined)
    return new Response(ownScript, { headers: { 'content-type': 'text/javascript' } })
  if (/^\/[\w.-]+\.js$/.test(pathname)) {
    const script = await readFile(root + pathname, 'utf8')
      .catch(() => readFile(`${root}../../dist${pathname}`, 'utf8'))
      .catch(() => undefined)
    if (script === undefined) return new Response('', { status: 404 })
    return new Response(script, { headers: { 'content-type': 'text/javascript' } })
  }
  const [, app = 'main'] =
    /^\/(react|vue|native|documented|libraries|frames)(?:\/|$)/.exec(pathname) ?? []
  const own = pages.get(pathname)
  const headers = new Headers({ 'content-type': 'text/html', ...(!own?.lax && strict) })
  if (coop) headers.set('cross-origin-opener-policy', coop)
  else headers.delete('cross-origin-opener-policy')
  // Frames of this page open pages of the server, which do not have this header.
  if (app === 'frames' || embeds) headers.delete('cross-origin-embedder-policy')
  // The static page for popups, as it is published.
  const isStatic = pathname === '/callback.html'
  const text = isStatic && head + (await readFile(`${root}../../dist${pathname}`, 'utf8'))
  return new Response(text || (own?.html ?? page(app)), { headers })
}

async function note(request: Request, place: Visit['place']): Promise<Seen> {
  const { pathname, search } = new URL(request.url)
  const body = await request.clone().text()
  const { method } = request
  const headers = Object.fromEntries(request.headers)
  const seen = { method, path: pathname + search, headers, body }
  visits.push({ ...seen, place })
  return seen
}

const open = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type, dpop, x-test',
  'access-control-allow-methods': '*',
}

function withCors(response: Response, exposes: Api['exposes'] = true): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(open)) if (!headers.has(name)) headers.set(name, value)
  const shown = exposes === true ? 'www-authenticate, dpop-nonce' : exposes
  if (shown) headers.set('access-control-expose-headers', shown)
  return new Response(response.body, { status: response.status, headers })
}

function unauthorized(challenge: string): Response {
  const headers = { 'www-authenticate': challenge }
  return Response.json({ error: 'unauthorized' }, { status: 401, headers })
}

async function answerMe(request: Request, { server, api, proven }: Room): Promise<Response> {
  const authorization = request.headers.get('authorization') ?? ''
  const [, scheme = 'Bearer', token] = /^(Bearer|DPoP) (.+)$/.exec(authorization) ?? []
  const claims = token && server().verify(token)
  const { jkt } = ((claims && claims['cnf']) || {}) as { jkt?: string }
  if (!claims || scheme !== (jkt ? 'DPoP' : 'Bearer'))
    return unauthorized(token ? `${scheme} error="invalid_token"` : scheme)
  if (!jkt) return Response.json({ sub: claims['sub'], scope: claims['scope'] })
  const { method, url, headers } = request
  const dpop = headers.get('dpop') ?? ''
  const problem = await proven({ method, url, authorization, dpop }, token, jkt).catch(
    ({ headers }: Refusal) => unauthorized(headers['WWW-Authenticate'] ?? ''),
  )
  if (problem) return problem
  if (api.nonce && !isNew(api, nonceIn(dpop))) return unauthorized('dpop ERROR="use_dpop_nonce"')
  return Response.json({ sub: claims['sub'], scope: claims['scope'] })
}

const nonceIn = (proof: string): unknown =>
  (
    JSON.parse(Buffer.from(proof.split('.')[1] ?? '', 'base64url').toString()) as {
      nonce?: unknown
    }
  ).nonce

const nonces = new WeakMap<Api, string>()

/** Whether this is the API's current nonce. */
function isNew(api: Api, nonce: unknown): boolean {
  const known = nonces.get(api)
  if (!known || api.nonce !== 'required') nonces.set(api, crypto.randomUUID())
  return known !== undefined && known === nonce && api.nonce !== 'wrong'
}

interface Room {
  readonly api: Api
  readonly server: () => MockServer
  readonly proven: ReturnType<typeof dpopProofs>
}

interface Rooms {
  readonly servers: Map<string, MockServer>
  readonly apis: Map<string, Room>
}

async function serveApi({ apis }: Rooms, request: Request): Promise<Response> {
  const room = apis.get(new URL(request.url).pathname.split('/')[1] ?? '')
  if (!room) return new Response('', { status: 404 })
  if (request.method === 'OPTIONS') return withCors(new Response(null, { status: 204 }))
  const { api } = room
  const seen = await note(request, 'API')
  api.seen.push(seen)
  const special = await api.handler?.(request)
  if (special) return special.type === 'error' ? special : withCors(special, api.exposes)
  if (!seen.path.endsWith('/echo')) {
    const answer = await answerMe(request, room)
    const nonce = api.nonce && nonces.get(api)
    if (nonce) answer.headers.set('dpop-nonce', nonce)
    return withCors(answer, api.exposes)
  }
  return withCors(Response.json({ ...seen, path: undefined }), api.exposes)
}

function serveMock({ servers }: Rooms, request: Request): Promise<Response> {
  // RFC 8414 puts the issuer's path behind the well-known one.
  const id = /\/t\/([\w-]+)/.exec(new URL(request.url).pathname)?.[1] ?? ''
  return servers.get(id)?.fetch(request) ?? Promise.resolve(new Response('', { status: 404 }))
}

/** Start all servers, on free ports. */
export async function startServers(): Promise<Servers> {
  const rooms: Rooms = { servers: new Map(), apis: new Map() }
  const evilSeen: Seen[] = []
  const violations: string[] = []
  const servers: MockServer[] = []
  const evilHandler = async (request: Request): Promise<Response> => {
    evilSeen.push(await note(request, 'another origin'))
    return withCors(new Response('evil'))
  }
  const all: Served[] = await Promise.all([
    serve((request) => serveApp(violations, request)),
    serve(async (request) => {
      await note(request, 'another origin')
      return serveApp(violations, request)
    }),
    // On another site than the app, as most servers are: their cookies are third-party.
    serve((request) => serveMock(rooms, request), { host: '127.0.0.1' }),
    serve((request) => serveApi(rooms, request)),
    serve(evilHandler, { host: '127.0.0.1' }),
  ])
  const [app, other, mock, resources, evil] = all.map(({ origin }) => origin) as [
    string,
    string,
    string,
    string,
    string,
  ]
  return {
    appOrigin: app,
    otherOrigin: other,
    evil: { origin: evil, seen: evilSeen },
    violations,
    get coop() {
      return coop
    },
    set coop(value) {
      coop = value
    },
    get embeds() {
      return embeds
    },
    set embeds(value) {
      embeds = value
    },
    all: servers,
    visits,
    newServer(options = {}, path = '') {
      const id = crypto.randomUUID()
      const server = createMockServer({ issuer: `${mock}/t/${id}${path}`, ...options })
      rooms.servers.set(id, server)
      servers.push(server)
      return server
    },
    newApi(server) {
      const id = crypto.randomUUID()
      const api: Api = {
        url: `${resources}/${id}/`,
        seen: [],
        handler: undefined,
        exposes: true,
        nonce: undefined,
      }
      rooms.apis.set(id, { api, server, proven: dpopProofs() })
      return api
    },
    newPage(html, { script, lax = false } = {}) {
      const path = `/page/${crypto.randomUUID()}`
      pages.set(path, { html: head + html(path), script: script?.(path), lax })
      return path
    },
    close: async () => void (await Promise.all(all.map((one) => one.close()))),
  }
}
