// The package as npm installs it, in apps as people build them, on pages as strict as can be.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { build, type InlineConfig } from 'vite'
import { buildByParcel } from '../recipes/parcel.js'
import { buildByWebpack, buildByWebpack4 } from '../recipes/webpack.js'
import { inNode, test } from '../support/installed-package.js'
import { serve, type Served } from '../support/node-server.js'
import { strictly } from '../support/servers.js'

const core = `import { createAuth } from 'pixy-auth'
const auth = createAuth(window.options)
`

const react = `${core}import { createElement as h } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthProvider, useAuth } from 'pixy-auth/react'
function Who() {
  const { isLoading, user, signIn } = useAuth()
  if (isLoading) return 'One moment'
  return user ? 'Hello ' + user.sub : h('button', { onClick: signIn }, 'Sign in')
}
createRoot(document.querySelector('#root')).render(h(AuthProvider, { auth }, h(Who)))`

const vue = `${core}import { createApp, h } from 'vue'
import { createAuthPlugin, useAuth } from 'pixy-auth/vue'
const Who = {
  setup() {
    const { isLoading, user, signIn } = useAuth()
    return () => {
      if (isLoading.value) return h('p', 'One moment')
      return user.value ? h('p', 'Hello ' + user.value.sub) : h('button', { onClick: signIn }, 'Sign in')
    }
  },
}
createApp(Who).use(createAuthPlugin(auth)).mount('#root')`

const plain = `${core}const root = document.querySelector('#root')
auth.subscribe(({ status, user }) => {
  if (status === 'signed-in') root.textContent = 'Hello ' + user.sub
  if (status !== 'signed-out') return
  const button = document.createElement('button')
  button.textContent = 'Sign in'
  button.onclick = auth.signIn
  root.replaceChildren(button)
})`

const html = `<!doctype html><link rel="icon" href="data:,"><div id="root"></div>
<script type="module" src="/main.js"></script>`

/** The package that a module is from; of ours, which file. */
function origin(module: string): string[] {
  const [, path = ''] = /.*\/node_modules\/(.+)/.exec(module.replaceAll('\\', '/')) ?? []
  const [, name = ''] = /^((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
  if (name === 'pixy-auth') return [path]
  return name ? [name] : []
}

const bundlers = {
  async vite(app: string): Promise<string[]> {
    const modules: string[] = []
    const note = { name: 'note', moduleParsed: ({ id }: { id: string }) => void modules.push(id) }
    const config: InlineConfig = { configFile: false, root: app, logLevel: 'warn', plugins: [note] }
    config.build = {
      rolldownOptions: {
        // Vite's plugin for React is as quiet about `'use client'`, which says nothing to a browser.
        onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
      },
    }
    await build(config)
    return modules
  },
  webpack: buildByWebpack,
  'webpack 4': buildByWebpack4,
  parcel: buildByParcel,
}

/** Serve what was built, as a host of single-page apps does. */
const host = (folder: string, policies: string | undefined): Promise<Served> =>
  serve(async (request) => {
    const { pathname } = new URL(request.url)
    const file = pathname.endsWith('.js') ? pathname : 'index.html'
    const type = file === 'index.html' ? 'text/html' : 'text/javascript'
    const headers = { 'content-type': type, ...(policies && strictly(policies)) }
    return new Response(await readFile(join(folder, file)), { headers })
  })

const folders = ['calls', 'token', 'refresh', 'sign-in']
const optional = [
  'answers',
  'demand',
  'dpop',
  'framed',
  'idle',
  'iframe',
  'link',
  'near-miss',
  'no-refresh-token',
  'popup',
  'popup-channel',
  'redact',
  'relay',
  'signature',
  'step-up',
  'trace-log',
  'tracer',
  'userinfo',
]
const ours = ['index', 'start', ...folders, ...optional].map((name) => `pixy-auth/dist/${name}.js`)
const always = ['idb-keyval', 'oauth4webapi', ...ours]
const ofReact = ['pixy-auth/dist/react.js', 'react', 'react-dom', 'scheduler']
const ofVue = [
  'pixy-auth/dist/vue.js',
  'vue',
  '@vue/reactivity',
  '@vue/runtime-core',
  '@vue/runtime-dom',
  '@vue/shared',
]

/** What webpack 4 puts in place of the globals of Node that React asks for. */
const ofNode = ['process', 'setimmediate', 'timers-browserify', 'webpack4']
const ofDist = (source: string): string =>
  source.replace('pixy-auth/react', 'pixy-auth/dist/react.js')

/** `policies`: the Trusted Types that docs/security.md says it needs; none for a page with inline script. */
type App = [
  name: string,
  bundler: keyof typeof bundlers,
  policies: string | undefined,
  source: string,
  more: string[],
]

const apps: App[] = [
  ['an app without a framework', 'vite', "'none'", plain, []],
  ['a React app', 'vite', "'none'", react, ofReact],
  ['a Vue app', 'vite', 'vue', vue, ofVue],
  ['a React app', 'webpack', 'webpack', react, ofReact],
  ['a React app', 'webpack 4', undefined, ofDist(react), [...ofReact, ...ofNode]],
  ['a React app', 'parcel', undefined, react, [...ofReact, '@parcel/runtime-js']],
]

for (const [name, bundler, policies, source, more] of apps)
  test(`${name}, built by ${bundler}, signs in without another framework`, async ({
    installed,
    page,
    servers,
  }) => {
    const app = await mkdtemp(join(installed.folder, 'app-'))
    await writeFile(join(app, 'main.js'), source)
    await writeFile(join(app, 'index.html'), html)
    const modules = await bundlers[bundler](app)
    expect([...new Set(modules.flatMap(origin))].toSorted()).toEqual(
      [...always, ...more].toSorted(),
    )

    const { origin: home, close } = await host(join(app, 'dist'), policies)
    const { issuer, requests } = servers.newServer()
    const problems: string[] = []
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (message) => problems.push(message.text()))
    await page.addInitScript(
      (options) => {
        Object.assign(window, { options })
        addEventListener('securitypolicyviolation', ({ violatedDirective, sample }) =>
          console.log(`violation of ${violatedDirective}: ${sample}`),
        )
      },
      { issuer, clientId: 'app', redirectUri: '/' },
    )
    await page.goto(`${home}/deep/link?tab=2`)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('Hello user-1')).toBeVisible()
    expect(page.url()).toBe(`${home}/deep/link?tab=2`)
    await page.reload()
    await expect(page.getByText('Hello user-1')).toBeVisible()
    expect(requests('token')).toHaveLength(1)
    expect(problems).toEqual([])
    await close()
  })

test('F87: every export can be imported in Node, and leaves nothing behind', async ({
  built,
  installed,
}) => {
  const modules = Object.keys(built.manifest.exports)
    .filter((path) => !/\.(json|html|js)$/.test(path))
    .map((path) => path.replace('.', 'pixy-auth'))
  const found = await inNode(
    installed.folder,
    `await import('react'), await import('vue') // Vue leaves something behind
    await import('oauth4webapi') // It reads the user agent
    const touched = []
    for (const name of ['window', 'self', 'document', 'location', 'navigator', 'fetch', 'crypto'])
      Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name) } })
    const before = Reflect.ownKeys(globalThis).length
    const names = {}
    for (const name of ${JSON.stringify(modules)}) names[name] = Object.keys(await import(name))
    console.log(JSON.stringify({ names, touched, added: Reflect.ownKeys(globalThis).length - before }))`,
  )
  expect(found).toEqual({
    names: {
      'pixy-auth': ['AuthError', 'createAuth', 'isAuthError', 'signInLink'],
      'pixy-auth/react': ['AuthProvider', 'SignInLink', 'SignedIn', 'useAuth'],
      'pixy-auth/vue': ['SignInLink', 'authGuard', 'createAuthPlugin', 'useAuth'],
      'pixy-auth/backend': ['AuthError', 'createBackend', 'isAuthError'],
      'pixy-auth/native': ['AuthError', 'createAuth', 'isAuthError'],
      'pixy-auth/inspector': ['inspect', 'measure'],
      'pixy-auth/front-channel': ['frontChannelLogout'],
      'pixy-auth/with-backend': ['AuthError', 'createAuth', 'isAuthError'],
      'pixy-auth/presets': ['curity', 'duende', 'nextjsAuth0'],
      'pixy-auth/vite': ['pixyAuth'],
      'pixy-auth/testing': ['createMockServer', 'mockAuth', 'stepUpChallenge'],
    },
    touched: [],
    added: 0,
  })
})

test('React and Vue render the state loading on a server', async ({ installed }) => {
  const rendered = await inNode(
    installed.folder,
    `globalThis.fetch = () => { throw new Error('fetched') }
    import { createElement } from 'react'
    import { renderToString } from 'react-dom/server'
    import { createSSRApp, h } from 'vue'
    import { renderToString as renderVue } from 'vue/server-renderer'
    import { createAuth } from 'pixy-auth'
    import { AuthProvider, SignedIn, useAuth } from 'pixy-auth/react'
    import { createAuthPlugin, useAuth as useVue } from 'pixy-auth/vue'
    const auth = createAuth({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/' })
    const Who = () => createElement('p', null, useAuth().status)
    const fallback = createElement(Who)
    const react = createElement(AuthProvider, { auth }, createElement(SignedIn, { fallback, required: true }, 'Hello'))
    const vue = createSSRApp({
      setup() {
        const { status, isLoading } = useVue()
        return () => h('p', { hidden: !isLoading.value }, status.value)
      },
    })
    console.log(JSON.stringify([
      renderToString(react),
      await renderVue(vue.use(createAuthPlugin(auth))),
    ]))`,
  )
  expect(rendered).toEqual(['<p>loading</p>', '<p>loading</p>'])
})
