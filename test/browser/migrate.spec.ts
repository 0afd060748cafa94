import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import vue from '@vitejs/plugin-vue'
import { build } from 'vite'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import { svelte } from '../recipes/svelte-plugin.js'
import { apps, libraryOf, newApp, sample } from '../support/migrated.js'

const root = join(import.meta.dirname, '../..')
const origin = 'https://app.example.com'

/** The issuer that the options of the old library mean. */
const issuers: Record<string, string> = {
  'auth0-react': 'https://id.example.com/',
  'auth0-spa-js': 'https://id.example.com/',
  'keycloak-js': 'https://id.example.com/realms/my-realm',
  'msal-browser': 'https://id.example.com/my-tenant/v2.0',
  'msal-react': 'https://id.example.com/my-tenant/v2.0',
}

// Each builds an app.
test.describe.configure({ timeout: 600_000 })

/** The app as a page of `origin`. */
async function bundle(page: Page, folder: string): Promise<void> {
  const name = readdirSync(join(folder, 'src')).find((one) => one.startsWith('main.'))
  await build({
    configFile: false,
    root: folder,
    logLevel: 'error',
    plugins: [vue(), svelte],
    resolve: {
      alias: [
        { find: /^pixy-auth\/react$/, replacement: join(root, 'src/react.ts') },
        { find: /^pixy-auth$/, replacement: join(root, 'src/index.ts') },
        { find: /^(react|react-dom)(?=\/|$)/, replacement: `${root}/node_modules/$1` },
      ],
    },
    build: {
      outDir: 'dist',
      target: 'es2022',
      rolldownOptions: {
        input: join(folder, 'src', name ?? ''),
        output: { entryFileNames: 'main.js' },
      },
    },
  })
  await page.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname.endsWith('.js'))
      return route.fulfill({
        contentType: 'text/javascript',
        body: await readFile(join(folder, 'dist', pathname), 'utf8'),
      })
    const body =
      '<!doctype html><div id="root"></div><script type="module" src="/main.js"></script>'
    return route.fulfill({ contentType: 'text/html', body })
  })
}

const moving = (to: string): string => `<script>location.replace(${JSON.stringify(to)})</script>`

/** The server, and an API that wants a token of it. */
async function answer(page: Page, server: MockServer): Promise<void> {
  await page.route('https://id.example.com/**', async (route) => {
    const sent = route.request()
    const [url, method, body] = [sent.url(), sent.method(), sent.postData()]
    const response = await server.fetch(
      new Request(url, { method, body, headers: await sent.allHeaders() }),
    )
    const { location, ...headers } = Object.fromEntries(response.headers)
    const { status } = response
    // A request that follows a redirect reaches no route, but a page that moves on does.
    if (location) return route.fulfill({ contentType: 'text/html', body: moving(location) })
    await route.fulfill({ status, headers, body: await response.text() })
  })
  await page.route('https://api.example.com/**', async (route) => {
    const [, token = ''] = ((await route.request().headerValue('authorization')) ?? '').split(' ')
    const claims = server.verify(token)
    const headers = {
      'access-control-allow-origin': origin,
      'access-control-allow-headers': '*, authorization',
    }
    await route.fulfill({
      status: claims ? 200 : 401,
      headers,
      body: claims ? `Posts of ${String(claims['sub'])}` : '',
    })
  })
}

for (const name of apps)
  test(`the sample app of ${name} works after its migration`, async ({ page }, info) => {
    const library = libraryOf(name)
    const app = newApp(info.outputPath('app'), sample(name))
    expect(app.run('migrate', library)).toEqual({
      code: 0,
      text: expect.stringContaining('0 TODOs'),
    })
    await bundle(page, app.folder)
    const issuer = issuers[library] ?? 'https://id.example.com'
    await answer(
      page,
      createMockServer({ issuer, claims: { name: 'Ada' }, idTokenClaims: ['name'] }),
    )
    await page.goto(`${origin}/`)
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByText('Hello Ada')).toBeVisible()
    await page.getByRole('button', { name: 'Call the API' }).click()
    await expect(page.getByText('Posts of user-1')).toBeVisible()
    await page.getByRole('button', { name: 'Log out' }).click()
    await expect(page.getByRole('button', { name: 'Log in' })).toBeVisible()
    await expect(page.getByText('Hello Ada')).toHaveCount(0)
  })
