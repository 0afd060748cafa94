import { generateKeyPairSync } from 'node:crypto'
import { expect, test as base } from '@playwright/test'
import { jwtVerify, type JWK } from 'jose'
import { createBackend, type Backend, type BackendOptions } from '../../src/backend/index.js'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import { serve, type Served } from './node-server.js'

export const clientId = 'backend app'
export const clientSecret = 'päss:wörd+1'
export const secret = 'a secret of 32 characters or more'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const clientKey = {
  ...pair.privateKey.export({ format: 'jwk' }),
  kid: 'k1',
  alg: 'ES256',
} as JWK

const formText = (text: string) => encodeURIComponent(text).replaceAll('%20', '+')
const basic = `Basic ${btoa(`${formText(clientId)}:${formText(clientSecret)}`)}`

/** The method by which a request authenticated its client; `none` if it did not. */
async function authenticationOf(
  { headers }: Request,
  form: URLSearchParams,
  audience: string,
): Promise<string> {
  const id = form.get('client_id')
  const isHeader = headers.get('authorization') === basic
  if (isHeader && (id === null || form.has('response_type'))) return 'client_secret_basic'
  if (form.get('client_secret') === clientSecret && id === clientId) return 'client_secret_post'
  const options = { issuer: clientId, subject: clientId, audience }
  const jwt = form.get('client_assertion') ?? ''
  const verified = await jwtVerify(jwt, pair.publicKey, options).catch(() => undefined)
  return verified ? 'private_key_jwt' : 'none'
}

/** The mock server for confidential clients: it requires client authentication. */
export function confidential(
  server: MockServer,
  seen: string[],
  granted: (form: URLSearchParams) => Response,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const step = new URL(request.url).pathname.split('/').at(-1) ?? ''
    if (request.method !== 'POST' || !/^(token|par|revocation)$/.test(step))
      return server.fetch(request)
    const form = new URLSearchParams(await request.text())
    const method = await authenticationOf(request, form, server.issuer)
    seen.push(`${step}: ${method}`)
    if (method === 'none') return Response.json({ error: 'invalid_client' }, { status: 401 })
    if (form.get('grant_type') === 'client_credentials') return granted(form)
    form.set('client_id', clientId)
    return server.fetch(new Request(request.url, { method: 'POST', body: form }))
  }
}

type Site = 'same-origin' | 'same-site' | 'cross-site' | 'none'

/** The part of a browser that a backend sees: cookies with `SameSite`, and headers that describe a request. */
export class Browser {
  readonly cookies = new Map<string, { value: string; sameSite: string }>()
  readonly origin: string

  constructor(origin: string) {
    this.origin = origin
  }

  cookieHeader(site: Site = 'same-origin'): string {
    const isOwn = site === 'same-origin' || site === 'none'
    const sent = [...this.cookies].filter(([, { sameSite }]) => isOwn || sameSite === 'Lax')
    return sent.map(([name, { value }]) => `${name}=${value}`).join('; ')
  }

  keep(answer: Response): Response {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      const [, sameSite = 'Lax'] = /SameSite=(\w+)/.exec(line) ?? []
      this.cookies.delete(name)
      if (!/Max-Age=0/.test(line)) this.cookies.set(name, { value, sameSite })
    }
    return answer
  }

  /** The names of the cookies that hold sessions. */
  get sessions(): string[] {
    return [...this.cookies.keys()].filter((name) => name.startsWith('pixy-auth.'))
  }

  async send(path: string, init: RequestInit = {}, site: Site = 'same-origin'): Promise<Response> {
    return this.keep(await this.#ask(path, init, site))
  }

  async #ask(path: string, init: RequestInit, site: Site): Promise<Response> {
    const headers = new Headers(init.headers)
    if (!headers.has('cookie')) headers.set('cookie', this.cookieHeader(site))
    if (!headers.has('sec-fetch-site')) headers.set('sec-fetch-site', site)
    const url = new URL(path, this.origin)
    return fetch(url, { redirect: 'manual', ...init, headers })
  }

  /** A request of the app's own script. */
  async call(path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    return this.keep(await this.underWay(path, body, headers))
  }

  /** The same, but the browser has not received the answer yet: a call of `keep` is its arrival. */
  underWay(path: string, body?: object, headers: Record<string, string> = {}): Promise<Response> {
    const more = body
      ? { method: 'POST', body: JSON.stringify(body), origin: this.origin }
      : { method: 'GET' }
    const { origin, ...init } = { origin: undefined, ...more }
    const all = { 'x-pixy-auth': '1', ...(origin && { origin }), ...headers }
    return this.#ask(`/auth/${path}`, { ...init, headers: all }, 'same-origin')
  }

  async json(path: string, body?: object): Promise<Record<string, unknown>> {
    return (await (await this.call(path, body)).json()) as Record<string, unknown>
  }

  /** Navigate the browser's window. @returns the first answer that is no redirect */
  async navigate(path: string, site: Site = 'same-origin'): Promise<Response> {
    let from = site
    for (let url = new URL(path, this.origin).href; ;) {
      const isApp = url.startsWith(`${this.origin}/`)
      const answer = isApp
        ? await this.send(url, { headers: { 'sec-fetch-dest': 'document' } }, from)
        : await fetch(url, { redirect: 'manual' })
      const next = answer.headers.get('location')
      if (!next) return answer
      // A browser judges the whole chain of redirects: after another site, each request is cross-site.
      if (!isApp || !new URL(next, url).href.startsWith(`${this.origin}/`)) from = 'cross-site'
      url = new URL(next, url).href
    }
  }

  /** The URL to which a page navigates by itself. */
  static async next(answer: Response): Promise<string> {
    const text = await answer.text()
    const [, url = text] = /content="0;url=([^"]*)"/.exec(text) ?? []
    return url.replaceAll('&#38;', '&')
  }

  /** Sign in. @returns the URL where the browser is then */
  async signIn(query: Record<string, string> = {}): Promise<string> {
    return Browser.next(await this.navigate(`/auth/sign-in?${new URLSearchParams(query)}`))
  }
}

export interface World {
  readonly server: MockServer
  /** How the backend's requests authenticated it, such as `token: client_secret_basic`. */
  readonly seen: string[]
  readonly app: string
  /** The requests for tokens of the backend itself (client credentials). */
  readonly grants: Record<string, string>[]
  /** The lifetime of such a token, in seconds. */
  grantLifetime: number
  /** The status of the answer to such a request. */
  grantStatus: number
  backend: Backend
  /** What the app's own server answers. */
  page: (request: Request) => Response | Promise<Response>
  /** Replace the backend, as a deploy does. */
  deploy(options?: Partial<BackendOptions>): Backend
  browser(): Browser
}

export const test = base.extend<{ world: World; options: Partial<BackendOptions> }>({
  options: [{}, { option: true }],
  world: async ({ options }, use) => {
    const seen: string[] = []
    const granted = (form: URLSearchParams): Response => {
      form.delete('grant_type')
      world?.grants.push(Object.fromEntries(form))
      const token = {
        access_token: crypto.randomUUID(),
        token_type: 'Bearer',
        expires_in: world?.grantLifetime,
      }
      const status = world?.grantStatus ?? 200
      return Response.json(status === 200 ? token : { error: 'invalid_scope' }, { status })
    }
    let server: MockServer | undefined
    let world: World | undefined
    const served: Served[] = [
      await serve(async (request) =>
        server ? confidential(server, seen, granted)(request) : new Response(),
      ),
      await serve(async (request) => {
        const answer = await world?.backend.handle(request)
        return answer ?? world?.page(request) ?? new Response()
      }),
    ]
    const [issuer = '', app = ''] = served.map(({ origin }) => origin)
    server = createMockServer({ issuer, redirectUris: [`${app}/auth/callback`] })
    const create = (more: Partial<BackendOptions> = {}): Backend => {
      const usual = {
        url: `${app}/auth`,
        issuer,
        clientId,
        clientSecret,
        secrets: secret,
        scope: 'openid offline_access',
      }
      return createBackend({ ...usual, ...options, ...more })
    }
    const made: World = {
      server,
      seen,
      app,
      grants: [],
      grantLifetime: 300,
      grantStatus: 200,
      backend: create(),
      page: () => new Response('app'),
      deploy: (more) => (made.backend = create(more)),
      browser: () => new Browser(app),
    }
    world = made
    await use(made)
    await Promise.all(served.map((one) => one.close()))
  },
})

/** The code of a refusal, with its status. */
export async function refusalOf(answer: Response): Promise<[number, string | undefined]> {
  const { error } = (await answer.json()) as { error?: { code: string } }
  return [answer.status, error?.code]
}

/** A browser that is signed in. */
export async function signedIn(world: World): Promise<Browser> {
  const browser = world.browser()
  await browser.signIn()
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
  return browser
}

/** How refresh tokens were presented. */
export const outcomes = ({ server }: World): string[] =>
  server.refreshTokenUses.map(({ outcome }) => outcome)
