// The oldest React and Vue that docs/environments.md names, each in an app of its own.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { build } from 'vite'
import { packageFolder } from '../recipes/packages.js'
import { appWithin, test } from '../support/installed-package.js'
import { serve } from '../support/node-server.js'

const client = (issuer: string): string => `
import { createAuth } from 'pixy-auth'

export const auth = createAuth({
  issuer: ${JSON.stringify(issuer)},
  clientId: 'my-spa',
  redirectUri: '/',
  postLogoutRedirectUri: '/',
  resources: ['/api/'],
})
void auth.start()`

const react = `
import { createElement as h, StrictMode, useState, version } from 'react'
import { createRoot } from 'react-dom/client'
import { AuthProvider, SignedIn, useAuth } from 'pixy-auth/react'
import { auth } from './client.js'

function Home() {
  const { status, user, signIn, signOut, fetch } = useAuth()
  const [answer, setAnswer] = useState('')
  const call = async () => setAnswer(String((await fetch('/api/me')).status))
  return h('main', null,
    // React adds the commit to its version.
    h('p', null, [version.split('-')[0], status, user?.sub, answer].join(' ')),
    h('button', { onClick: () => signIn() }, 'Sign in'),
    h('button', { onClick: call }, 'Call'),
    h(SignedIn, null, h('button', { onClick: () => signOut() }, 'Sign out')),
  )
}

const app = h(StrictMode, null, h(AuthProvider, { auth }, h(Home)))
createRoot(document.querySelector('#app')).render(app)`

const vue = `
import { createApp, h, ref, version } from 'vue'
import { createAuthPlugin, useAuth } from 'pixy-auth/vue'
import { auth } from './client.js'

const Home = {
  setup() {
    const { status, user, isAuthenticated, signIn, signOut, fetch } = useAuth()
    const answer = ref('')
    const call = async () => (answer.value = String((await fetch('/api/me')).status))
    return () => h('main', [
      h('p', [version, status.value, user.value?.sub, answer.value].join(' ')),
      h('button', { onClick: () => signIn() }, 'Sign in'),
      h('button', { onClick: call }, 'Call'),
      isAuthenticated.value ? h('button', { onClick: () => signOut() }, 'Sign out') : undefined,
    ])
  },
}

createApp(Home).use(createAuthPlugin(auth)).mount('#app')`

const frameworks = [
  { name: 'React', version: '18.0.0', source: react, folders: ['react', 'react-dom'] },
  { name: 'Vue', version: '3.3.0', source: vue, folders: ['vue'] },
]

for (const { name, version, source, folders } of frameworks)
  test(`${name} ${version} signs in, calls an API and signs out`, async ({
    installed,
    page,
    servers,
  }, info) => {
    const server = servers.newServer()
    const app = await appWithin(info.outputPath('app'), installed)
    const old = version.replace(/\.\d+$/, '')
    const alias = folders.map((folder) => ({
      find: new RegExp(`^${folder}(?=/|$)`),
      replacement: packageFolder(`${folder}-${old}`),
    }))
    await mkdir(join(app, 'src'))
    const html =
      '<!doctype html><link rel="icon" href="data:,"><div id="app"></div><script type="module" src="/src/main.js"></script>'
    await writeFile(join(app, 'index.html'), html)
    await writeFile(join(app, 'src/client.js'), client(server.issuer))
    await writeFile(join(app, 'src/main.js'), source)
    await build({ root: app, logLevel: 'error', configFile: false, resolve: { alias } })
    const host = await serve(async (request) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/api/me') {
        const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
        return new Response('', { status: server.verify(token) ? 200 : 401 })
      }
      const isScript = pathname.endsWith('.js')
      const body = await readFile(join(app, 'dist', isScript ? pathname : 'index.html'))
      const type = isScript ? 'text/javascript' : 'text/html'
      return new Response(body, { headers: { 'content-type': type } })
    })

    const problems: string[] = []
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('console', (message) => problems.push(message.text()))
    await page.goto(host.origin)
    await expect(page.getByText(`${version} signed-out`)).toBeVisible()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText(`${version} signed-in user-1`)).toBeVisible()
    await page.getByRole('button', { name: 'Call' }).click()
    await expect(page.getByText(`${version} signed-in user-1 200`)).toBeVisible()
    await page.reload()
    await expect(page.getByText(`${version} signed-in user-1`)).toBeVisible()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByText(`${version} signed-out`)).toBeVisible()
    expect(server.requests('token')).toHaveLength(1)
    expect(problems).toEqual([])
    await host.close()
  })
