// An app with a large bundle, built by Vite with the plugin that starts its client early.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { build, createServer, type InlineConfig } from 'vite'
import type { Via } from '../../src/door.js'
import { writeState } from '../../src/lib/state-param.js'
import {
  appIn,
  begun,
  configOf,
  entry,
  files,
  host,
  nameOf,
  NONCE,
  watch,
} from '../support/early-start.js'
import { test } from '../support/installed-package.js'
import { serve } from '../support/node-server.js'

const nonces = (policy: string): string =>
  policy.replace("script-src 'self'", "script-src 'nonce-r4nd0m' 'strict-dynamic'")

for (const [name, html, policy] of [
  ['a file', {}, undefined],
  ['an inline script with a nonce', { cspNonce: NONCE }, nonces],
] as const)
  test(`with ${name} a sign-in ends before the app’s bundle loads`, async ({
    installed,
    page,
    servers,
  }) => {
    const { app, pixyAuth } = await appIn(installed.folder)
    await build({ ...configOf(app, pixyAuth({ entry })), html })
    const hosted = await host(app, policy)
    const { issuer, requests } = servers.newServer()
    const problems = await watch(page, issuer)
    await page.goto(hosted.origin)
    await page.getByRole('button').click({ trial: true })
    const usual = ['auth', 'index', 'start', ...(html.cspNonce ? [] : ['pixy-auth'])]
    expect(hosted.asked.toSorted()).toEqual(usual.toSorted())
    expect((await begun(page)).toSorted()).toEqual(['modulepreload auth', 'modulepreload start'])
    const load = await page.locator('script[data-load]').getAttribute('data-load')
    const hints = load?.split(' ').map(nameOf) ?? []
    expect([...new Set(hints)].toSorted()).toEqual(['calls', 'sign-in', 'token'])
    const early = [...usual, ...hints].toSorted()
    hosted.before = async (name) => {
      // The client itself waits for what only the snippet can have asked for.
      if (name === 'auth') await expect.poll(() => hosted.asked.toSorted()).toEqual(early)
      if (name === 'index') await expect.poll(() => requests('token').length).toBe(1)
    }
    await page.getByRole('button').click()
    await expect(page.getByText('Hello user-1')).toBeVisible()
    expect(await begun(page)).toEqual(
      expect.arrayContaining(['preconnect token', ...hints.map((it) => `modulepreload ${it}`)]),
    )
    // Nothing that the exchange had to wait for was found out later.
    expect(hosted.asked.filter((it) => it !== 'refresh').toSorted()).toEqual(early)
    expect(problems).toEqual([])
    await hosted.close()
  })

test('a preload that fails or is wrong only makes a sign-in slower', async ({
  installed,
  page,
  servers,
}) => {
  const { app, pixyAuth } = await appIn(installed.folder)
  await build(configOf(app, pixyAuth({ entry })))
  const hosted = await host(app)
  const { issuer, requests } = servers.newServer()
  await watch(page, issuer)
  await page.goto(hosted.origin)
  await page.getByRole('button').click({ trial: true })
  const cut = new Set<string>()
  hosted.before = (name) => {
    if (/sign-in|calls|token/.test(name) && !cut.has(name)) return !cut.add(name)
    return name === 'auth' ? expect.poll(() => cut.size).toBe(3) : undefined
  }
  await page.getByRole('button').click()
  await expect(page.getByText('Hello user-1')).toBeVisible()
  expect(cut.size).toBe(3)
  expect(requests('token')).toHaveLength(1)
  await hosted.close()
})

test('the snippet loads nothing on a page without a callback', async ({ built, page }) => {
  const snippet = await readFile(join(built.folder, 'dist/pixy-auth.early.js'), 'utf8')
  expect(snippet.length).toBeLessThanOrEqual(400)
  const { origin, close } = await serve(async (request) => {
    const isPage = new URL(request.url).pathname === '/'
    const html = `<!doctype html><link rel="icon" href="data:,"><script data-load="/a /b">${snippet}</script>`
    return new Response(isPage ? html : '', {
      headers: { 'content-type': isPage ? 'text/html' : 'text/javascript' },
    })
  })
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  const of = async (address: string): Promise<string[]> => {
    await page.goto('about:blank')
    await page.goto(`${origin}/${address}`)
    return begun(page)
  }
  const state = (purpose: Via | 'sign-out'): string => writeState(purpose, 'abcdef', 'random')
  const modules = ['modulepreload a', 'modulepreload b']

  await page.goto(origin)
  await page.evaluate(
    () => (sessionStorage['pixy-auth:token-endpoint'] = '"https://id.example.com/oauth/token"'),
  )
  for (const address of ['', '?code=1', '?code=1&state=other', `?state=${state('sign-out')}`])
    expect(await of(address), address).toEqual([])
  for (const address of [
    `?code=1&state=${state('redirect')}`,
    `?state=${state('popup')}&code=1`,
    `#code=1&state=${state('link')}`,
  ])
    expect(await of(address), address).toEqual(['preconnect token', ...modules])

  // It knows of no server, or storage is denied: the modules are loaded all the same.
  const callback = `?code=1&state=${state('iframe')}`
  await page.evaluate(() => (sessionStorage['pixy-auth:token-endpoint'] = '{'))
  expect(await of(callback)).toEqual(modules)
  await page.addInitScript(() =>
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    }),
  )
  expect(await of(callback)).toEqual(modules)
  expect(errors).toEqual([])
  await close()
})

test('a page names each file as Vite names it, wherever the app is', async ({ installed }) => {
  const { app, pixyAuth } = await appIn(installed.folder)
  const input = ['index.html', 'deep/page.html', 'other.html'].map((name) => join(app, name))
  const places: InlineConfig[] = [
    ...['/', '/app/', './', '', 'https://cdn.example.com/app/'].map((base) => ({ base })),
    { experimental: { renderBuiltUrl: (file) => `https://cdn.example.com/${file}` } },
    { base: '/app/', experimental: { renderBuiltUrl: () => ({ relative: true }) } },
  ]
  for (const place of places) {
    await build({
      ...configOf(app, pixyAuth({ entry })),
      ...place,
      build: { rolldownOptions: { input } },
    })
    for (const name of ['index.html', 'deep/page.html']) {
      const html = await readFile(join(app, 'dist', name), 'utf8')
      const [, vites] = /type="module" crossorigin src="([^"]*auth-[^"]*)"/.exec(html) ?? []
      const [, client] = /type="module" async src="([^"]*)"/.exec(html) ?? []
      const [, snippet = '', load = ''] = /async src="([^"]*)" data-load="([^"]*)"/.exec(html) ?? []
      expect(client, html).toBe(vites)
      const folder = vites?.replace(/auth-[\w-]{8}\.js$/, '')
      for (const url of [snippet, ...load.split(' ')])
        expect(url.replace(/[a-z-]+?-[\w-]{8}\.js$/, ''), html).toBe(folder)
    }
    const other = await readFile(join(app, 'dist/other.html'), 'utf8')
    expect(other).not.toMatch(/data-load|auth-/)
  }
})

test('the plugin does nothing in development, and a wrong entry stops a build', async ({
  installed,
}) => {
  const { app, pixyAuth } = await appIn(installed.folder)
  const server = await createServer({
    ...configOf(app, pixyAuth({ entry })),
    server: { middlewareMode: true, ws: false },
  })
  const html = await server.transformIndexHtml('/', files['index.html'])
  await server.close()
  expect(html).not.toMatch(/data-load|auth\.js/)
  await expect(
    build({ ...configOf(app, pixyAuth({ entry: '/src/none.js' })), logLevel: 'silent' }),
  ).rejects.toThrow('There is no module "/src/none.js": set `entry` of pixyAuth().')
})
