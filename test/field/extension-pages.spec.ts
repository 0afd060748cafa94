import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page, type TestInfo } from '@playwright/test'
import { rolldown } from 'rolldown'
import type { Engines } from '../../scripts/engines.mjs'
import { block } from '../recipes/doc-snippets.js'
import { expect, test } from '../support/fixture.js'

// A real extension of the browser, whose page is the recipe of docs/native.md.

const root = join(import.meta.dirname, '../..')

const manifest = (issuer: string): object => ({
  manifest_version: 3,
  name: 'An app',
  version: '1',
  permissions: ['identity'],
  host_permissions: [`${new URL(issuer).origin}/*`],
  background: { service_worker: 'worker.js' },
})

/** Write the extension. @returns its folder */
async function extension(info: TestInfo, issuer: string): Promise<string> {
  const folder = info.outputPath('extension')
  await mkdir(folder, { recursive: true })
  const recipe = block('docs/native.md', 'Browser extension', 'ts').code
  const source = `${recipe.replace('https://login.example.com', issuer)}
import { createAuth as createWebAuth } from 'pixy-auth'
Object.assign(window, { auth, createWebAuth })
void auth.start()`
  await writeFile(join(folder, 'source.ts'), source)
  const bundle = await rolldown({
    input: join(folder, 'source.ts'),
    resolve: {
      alias: {
        'pixy-auth/native': join(root, 'src/native/index.ts'),
        'pixy-auth': join(root, 'src/index.ts'),
      },
    },
  })
  await bundle.write({ dir: folder, format: 'es', entryFileNames: 'page.js' })
  await bundle.close()
  const page = '<!doctype html><title>An app</title><script type="module" src="page.js"></script>'
  await writeFile(join(folder, 'page.html'), page)
  await writeFile(join(folder, 'worker.js'), '// It gives the extension its address.')
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest(issuer)))
  return folder
}

/** A browser with that extension, without a window. */
function browserWith(folder: string, profile: string): Promise<BrowserContext> {
  const engines = JSON.parse(process.env['PIXY_ENGINES'] ?? '{}') as Engines
  const { path, whole = path } = engines.chromium ?? {}
  return chromium.launchPersistentContext(profile, {
    ...(whole ? { executablePath: whole } : { channel: 'chromium' }),
    headless: false,
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      `--disable-extensions-except=${folder}`,
      `--load-extension=${folder}`,
    ],
  })
}

async function pageOf(context: BrowserContext): Promise<Page> {
  const [worker = await context.waitForEvent('serviceworker')] = context.serviceWorkers()
  const page = await context.newPage()
  await page.goto(new URL('page.html', worker.url()).href)
  await page.waitForFunction(() => window.auth && window.auth.state.status !== 'loading')
  return page
}

test('a page of an extension signs in, stays signed in after a reload, and signs out', async ({
  server,
}, info) => {
  const folder = await extension(info, server.issuer)
  const context = await browserWith(folder, info.outputPath('profile'))
  const page = await pageOf(context)
  const status = (): Promise<string> => page.evaluate(() => window.auth.state.status)
  expect(await status()).toBe('signed-out')
  expect(await page.evaluate(async () => (await window.auth.signIn()).status)).toBe('signed-in')
  expect(new URL(server.requests('token')[0]?.params['redirect_uri'] ?? '').hostname).toMatch(
    /\.chromiumapp\.org$/,
  )
  expect(server.verify(await page.evaluate(() => window.auth.getAccessToken()))).toBeDefined()
  await page.reload()
  await page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  await page.evaluate(() => window.auth.signOut({ local: true }))
  expect(await status()).toBe('signed-out')

  await test.step('the client for web pages says that such a page cannot be come back to', async () => {
    const code = await page.evaluate(async () => {
      const { createWebAuth } = window as unknown as {
        createWebAuth: typeof window.Pixy.createAuth
      }
      const auth = createWebAuth({ issuer: 'https://id.example', clientId: 'a', redirectUri: '/' })
      const state = await auth.start()
      return state.status === 'signed-out' && state.error?.code
    })
    expect(code).toBe('insecure_context')
  })
  await context.close()
})
