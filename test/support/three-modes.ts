import { randomBytes } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { test as base } from '@playwright/test'
import { startAuthorizationServer } from '../../demo/authorization-server.js'
import { startResourceServer } from '../../demo/resource-server.js'
import { createSwitches, type Switches } from '../../demo/switches.js'
import { createBackend, type Backend } from '../../src/backend/index.js'
import type { AuthOptions } from '../../src/index.js'
import type { BackendAuthOptions } from '../../src/with-backend/index.js'
import { serve } from './node-server.js'
import { Tab } from './tab.js'

/** Where the tokens live. */
export const modes = ['page', 'backend, tokens', 'backend, proxy'] as const
export type Mode = (typeof modes)[number]

/** What a worker runs: one oidc-provider and one API; each mode has an origin of its own for the app. */
interface World {
  readonly app: Readonly<Record<Mode, string>>
  readonly issuer: string
  readonly api: string
  readonly switches: Switches
  /** Every request to the provider, of a page or a backend, such as `POST /token`. */
  readonly asked: string[]
}

const scope = 'openid profile email offline_access'
const folder = `${import.meta.dirname}/../../.build/app`
const script = (mode: Mode): string => (mode === 'page' ? '/main.js' : '/backend.js')

/** The app: the same in each mode, except for its client. */
async function serveApp(mode: Mode, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  const isScript = pathname.endsWith('.js')
  const page = `<!doctype html><link rel="icon" href="data:,"><title>app</title><script type="module" src="${script(mode)}"></script>`
  const body = isScript ? await readFile(folder + pathname) : page
  return new Response(body, {
    headers: {
      'content-type': isScript ? 'text/javascript' : 'text/html',
      'cross-origin-opener-policy': 'same-origin',
    },
  })
}

/** Note the requests that come to an origin of this process. */
function noteRequests(origin: string, asked: string[]): () => void {
  const note = (message: unknown): void => {
    const { method, url, headers } = (message as { request: IncomingMessage }).request
    if (headers.host === new URL(origin).host && method !== 'OPTIONS')
      asked.push(`${method} ${url?.replace(/\?.*/, '')}`)
  }
  subscribe('http.server.request.start', note)
  return () => void unsubscribe('http.server.request.start', note)
}

async function startWorld(): Promise<World & { close(): Promise<void> }> {
  const backends = new Map<Mode, Backend>()
  const served = await Promise.all(
    modes.map((mode) =>
      serve(
        async (request) =>
          (await backends.get(mode)?.handle(request)) ?? (await serveApp(mode, request)),
      ),
    ),
  )
  const origins = served.map(({ origin }) => origin)
  const app = Object.fromEntries(modes.map((mode, i) => [mode, origins[i]])) as World['app']
  const switches = createSwitches()
  const client = { clientId: 'confidential', clientSecret: randomBytes(24).toString('base64url') }
  const ofBackend = [app['backend, tokens'], app['backend, proxy']]
  const provider = await startAuthorizationServer({
    appOrigins: origins,
    redirectUris: [`${app.page}/`],
    postLogoutRedirectUris: [`${app.page}/`],
    backend: {
      ...client,
      redirectUris: ofBackend.map((origin) => `${origin}/auth/callback`),
      postLogoutRedirectUris: ofBackend.map((origin) => `${origin}/`),
    },
    accessTokenLifetime: 300,
    switches,
  })
  const { issuer } = provider
  const api = await startResourceServer({ issuer, allowedOrigins: origins, switches })
  for (const mode of modes.slice(1))
    backends.set(
      mode,
      createBackend({
        url: `${app[mode]}/auth`,
        issuer,
        ...client,
        secrets: randomBytes(32).toString('base64url'),
        scope,
        resources: mode === 'backend, proxy' ? { api: { url: `${api.origin}/` } } : {},
      }),
    )
  const asked: string[] = []
  const stopNoting = noteRequests(issuer, asked)
  return {
    app,
    issuer,
    api: api.origin,
    switches,
    asked,
    async close() {
      stopNoting()
      await Promise.all([provider, api, ...served].map((one) => one.close()))
    },
  }
}

/** The options of `createAuth`: all that differs between the modes. */
function optionsOf(mode: Mode, { issuer, api }: World): AuthOptions | BackendAuthOptions {
  const url = `${api}/`
  const stepUp = 'redirect'
  if (mode === 'backend, tokens') return { backend: '/auth', resources: [url], stepUp }
  if (mode === 'backend, proxy')
    return { backend: '/auth', resources: [{ url, name: 'api' }], stepUp }
  const home = { redirectUri: '/', postLogoutRedirectUri: '/' }
  return { issuer, clientId: 'pixy-demo', ...home, scope, resources: [url], stepUp }
}

/** An app in one of the three modes, in front of oidc-provider. */
export const test = base.extend<
  { mode: Mode; app: Tab; secondTab: () => Promise<Tab> },
  { world: World }
>({
  world: [
    async ({}, use) => {
      const world = await startWorld()
      await use(world)
      await world.close()
    },
    { scope: 'worker' },
  ],
  mode: ['page', { option: true }],
  baseURL: async ({ world, mode }, use) => use(world.app[mode]),
  context: async ({ context, world, mode }, use) => {
    const name = mode === 'page' ? 'options' : 'backendOptions'
    await context.addInitScript((given) => void Object.assign(window, given), {
      [name]: optionsOf(mode, world),
    })
    await use(context)
  },
  app: async ({ page }, use) => use(new Tab(page)),
  secondTab: async ({ context }, use) => {
    await use(async () => {
      const tab = new Tab(await context.newPage())
      await tab.open()
      return tab
    })
  },
})
