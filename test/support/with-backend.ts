import { readFile } from 'node:fs/promises'
import type { BackendAuthOptions } from '../../src/with-backend/index.js'
import { test as base, type World } from './backend.js'
import { serve } from './node-server.js'
import { Tab } from './tab.js'

export { expect } from '@playwright/test'

/** An API at two places: what is below `orders/` is called by the backend, the rest by the page. */
export interface ApiOfBackend {
  readonly origin: string
  /** The requests that it got: method, path, and whether the token is valid. */
  readonly asked: string[]
  /** Gives another answer than the usual one. */
  answer: ((request: Request) => Response | undefined | Promise<Response>) | undefined
}

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*, authorization',
  'access-control-allow-methods': '*',
}

const tokenOf = ({ headers }: Request): string =>
  headers.get('authorization')?.replace('Bearer ', '') ?? ''

const root = `${import.meta.dirname}/../..`
const globalScript = '/pixy-auth.with-backend.global.js'

// A page that works without a build, as docs/backend.md has it.
const scriptPage = `<button onclick="auth.signIn()">Sign in</button><p></p>
<script src="${globalScript}"></script>
<script>
  const auth = Pixy.createAuth({ backend: '/auth' })
  auth.subscribe(({ user }) => (document.querySelector('p').textContent = user?.sub ?? ''))
  auth.start()
</script>`

/** The app's page: its path says whether the app uses React or Vue. */
function pageAt(path: string): string {
  const [, name = 'backend'] = /^\/(react|vue)\//.exec(path) ?? []
  const head = '<!doctype html><link rel="icon" href="data:,"><title>app</title>'
  if (path === '/script') return head + scriptPage
  return `${head}<div id="root"></div><script type="module" src="/${name}.js"></script>`
}

async function serveFiles(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  const isScript = pathname.endsWith('.js')
  const file = pathname === globalScript ? `dist${pathname}` : `.build/app${pathname}`
  const body = isScript ? await readFile(`${root}/${file}`) : pageAt(pathname)
  const type = isScript ? 'text/javascript' : 'text/html'
  return new Response(body, {
    headers: { 'content-type': type, 'cross-origin-opener-policy': 'same-origin' },
  })
}

/** A page whose tokens a backend keeps, with its backend and an API. */
export const test = base.extend<{
  api: ApiOfBackend
  pageOptions: Omit<BackendAuthOptions, 'backend'>
  app: Tab
  secondTab: () => Promise<Tab>
}>({
  pageOptions: [{}, { option: true }],
  api: async ({ world }, use) => {
    const api: ApiOfBackend = { origin: '', asked: [], answer: undefined }
    const served = await serve(async (request) => {
      if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: cors })
      const { pathname, search } = new URL(request.url)
      const is = world.server.verify(tokenOf(request)) ? 'good' : 'no'
      api.asked.push(`${request.method} ${pathname}${search} with ${is} token`)
      const usual =
        is === 'good' ? Response.json({ is: 'here' }) : new Response(null, { status: 401 })
      const answer = (await api.answer?.(request)) ?? usual
      const headers = new Headers([...answer.headers, ...Object.entries(cors)])
      return new Response(answer.body, { status: answer.status, headers })
    })
    Object.assign(api, { origin: served.origin })
    await use(api)
    await served.close()
  },
  baseURL: async ({ world }, use) => use(world.app),
  context: async ({ context, world, api, pageOptions }, use) => {
    world.page = serveFiles
    world.deploy({ resources: { orders: { url: `${api.origin}/orders/` }, rest: {} } })
    const options: typeof pageOptions & { backend: string } = {
      backend: '/auth',
      resources: [{ url: `${api.origin}/orders/`, name: 'orders' }, `${api.origin}/rest/`],
      ...pageOptions,
    }
    await context.addInitScript((given) => void (window.backendOptions = given), options)
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

/** The requests of the pages to the backend from now on, such as `GET session`. */
export function backendCalls({ page }: Tab, { app }: World): string[] {
  const calls: string[] = []
  page.on('request', (request) => {
    const [, route] = request.url().split(`${app}/auth/`)
    if (route) calls.push(`${request.method()} ${route.replace(/\?.*/, '')}`)
  })
  return calls
}
