// `node bench/early.mjs [rounds]`: measures how long a callback takes in an app with a bundle of 300 kB, with
// and without the plugin that starts the client early.
import { createServer } from 'node:http'
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { build } from 'vite'
import { built } from '../scripts/built.mjs'
import { findEngines } from '../scripts/engines.mjs'
import { inMarkdown } from './markdown.mjs'
import { startLine } from './servers/line.mjs'
import { files, startSite } from './servers/sites.mjs'

/** @import { IncomingMessage, ServerResponse } from 'node:http' */
/** @import { Page } from '@playwright/test' */

await built()
const dist = new URL('../dist/', import.meta.url).href
/** @type {typeof import('../src/testing/index.js')} */
const { createMockServer } = await import(`${dist}testing.js`)
/** @type {typeof import('../src/vite/index.js')} */
const { pixyAuth } = await import(`${dist}vite.js`)

const entry = '/auth.js'
const VARIANTS = {
  'one bundle': [],
  'the plugin, its snippet a file': [pixyAuth({ entry })],
  'the plugin, its snippet in the page': [pixyAuth({ entry, inline: true })],
}
const rounds = Number(process.argv[2] ?? 5)
const path = findEngines().chromium?.path
const browser = await chromium.launch(path ? { executablePath: path } : {})
for (const roundTrip of [50, 150]) console.log(`\n${await table(roundTrip)}`)
await browser.close()

/** @param {number} roundTrip */
async function table(roundTrip) {
  const server = createServer((request, response) => void answer(mock, request, response))
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)))
  const address = server.address()
  const toServer = await startLine(
    typeof address === 'object' ? (address?.port ?? 0) : 0,
    roundTrip,
  )
  const issuer = `http://127.0.0.1:${toServer.port}`
  const mock = createMockServer({ issuer })
  /** @type {Record<string, import('./markdown.mjs').Round[]>} */
  const results = {}
  for (const name of Object.keys(VARIANTS)) results[name] = []
  for (let round = 0; round < rounds; round++)
    for (const [name, plugins] of Object.entries(VARIANTS))
      results[name]?.push(await measured(plugins, issuer, roundTrip))
  toServer.close()
  server.closeAllConnections()
  server.close()
  return inMarkdown(`A callback of an app of 300 kB, ${roundTrip} ms round trip`, results)
}

/**
 * @param {import('vite').Plugin[]} plugins
 * @param {string} issuer
 * @param {number} roundTrip
 */
async function measured(plugins, issuer, roundTrip) {
  const outDir = resolve(import.meta.dirname, '.build/large')
  const payload = `export default ${JSON.stringify(randomBytes(225_000).toString('base64'))}`
  await build({
    configFile: false,
    root: resolve(import.meta.dirname, 'apps/large'),
    logLevel: 'silent',
    define: { ISSUER: JSON.stringify(issuer) },
    plugins: [
      {
        name: 'payload',
        resolveId: (id) => (id === 'payload' ? id : undefined),
        load: (id) => (id === 'payload' ? payload : undefined),
      },
      ...plugins,
    ],
    build: { outDir, emptyOutDir: true, target: 'esnext', modulePreload: { polyfill: false } },
  })
  const app = await startSite()
  app.handle(files(outDir))
  const line = await startLine(Number(new URL(app.origin).port), roundTrip)
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.goto(`http://localhost:${line.port}/`)
    await seen(page)
    const session = await context.newCDPSession(page)
    await session.send('Network.clearBrowserCache')
    const cold = await signIn(page)
    await page.evaluate(() => globalThis.auth.signOut({ local: true }))
    const warm = await signIn(page)
    return {
      'nothing in the cache: the token request leaves, ms': cold.sentAt,
      'nothing in the cache: the app shows the user, ms': cold.shownAt,
      'all in the cache: the token request leaves, ms': warm.sentAt,
      'all in the cache: the app shows the user, ms': warm.shownAt,
    }
  } finally {
    await context.close()
    line.close()
    await app.close()
  }
}

/** @param {Page} page */
async function seen(page) {
  const handle = await page.waitForFunction(() => globalThis.early)
  await page.waitForLoadState('networkidle')
  return /** @type {Promise<NonNullable<typeof globalThis.early>>} */ (handle.jsonValue())
}

/** @param {Page} page */
async function signIn(page) {
  await page.evaluate(() => {
    globalThis.early = undefined
    void globalThis.auth.signIn()
  })
  const early = await seen(page)
  if (!early.isSignedIn) throw new Error('not signed in')
  return early
}

/**
 * @param {{ fetch: (request: Request) => Promise<Response> }} mock
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 */
async function answer(mock, request, response) {
  const { method = 'GET', url, headers } = request
  const parts = []
  for await (const part of request) parts.push(part)
  const body = method === 'POST' ? Buffer.concat(parts) : undefined
  const answered = await mock.fetch(
    new Request(`http://${headers.host}${url}`, {
      method,
      headers: new Headers(/** @type {Record<string, string>} */ (headers)),
      ...(body && { body }),
    }),
  )
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  response.end(Buffer.from(await answered.arrayBuffer()))
}
