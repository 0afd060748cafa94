// Starts the servers and the browser of a run, and drives an app's tab.
import { chromium, firefox } from '@playwright/test'
import { findEngines } from '../scripts/engines.mjs'
import { APPS } from './build.mjs'
import { startProvider } from './servers/provider.mjs'
import { api, files, startSite } from './servers/sites.mjs'

/** @import { Browser, BrowserContext, Page } from '@playwright/test' */

/**
 * @typedef {object} World
 * @property {Browser} browser
 * @property {import('./servers/provider.mjs').Running} provider
 * @property {string} appOrigin
 * @property {string} api
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ delay: number, engine: string, isSecure: boolean }} options
 * @returns {Promise<World>}
 */
export async function startWorld({ delay, engine, isSecure }) {
  const tls = isSecure ? await certificate() : undefined
  const app = await startSite()
  const resource = await startSite()
  const provider = await startProvider({ tls, appOrigin: app.origin, delay })
  app.handle(files(APPS))
  resource.handle(api(app.origin, provider.isAlive))
  const name = engine === 'firefox' ? 'firefox' : 'chromium'
  const path = findEngines()[name]?.path
  const type = { chromium, firefox }[name]
  // Playwright drives the distribution's Firefox by WebDriver BiDi, which this channel selects.
  const system = {
    executablePath: path ?? '',
    ...(name === 'firefox' && { channel: 'moz-firefox' }),
  }
  const browser = await type.launch(path ? system : {})
  return {
    browser,
    provider,
    appOrigin: app.origin,
    api: `${resource.origin}/`,
    async close() {
      await browser.close()
      await Promise.all([app.close(), resource.close(), provider.close()])
    },
  }
}

/** Not every library accepts an issuer without https. */
async function certificate() {
  const { generate } = await import('selfsigned')
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  return { key, cert }
}

/**
 * The times that the app noted, in milliseconds since its document began; `origin` is that moment by the wall clock.
 *
 * @typedef {typeof globalThis.seen & { origin: number }} Seen
 */

/** @param {World} world */
export const newContext = ({ browser }) => browser.newContext({ ignoreHTTPSErrors: true })

/**
 * @param {World} world
 * @param {string} library
 */
export const home = ({ appOrigin }, library) => `${appOrigin}/${library}/`

/**
 * Wait until the app has finished its start and the network is quiet. The page may leave and come back in this time.
 *
 * @param {Page} page
 * @returns {Promise<Seen>}
 */
export async function settled(page) {
  const handle = await page.waitForFunction(() => {
    const { seen, isLeaving } = globalThis
    return seen?.isDone && !isLeaving && { ...seen, origin: performance.timeOrigin }
  })
  const seen = /** @type {Seen} */ (await handle.jsonValue())
  await page.waitForLoadState('networkidle')
  if (seen.error) throw new Error(seen.error)
  return seen
}

/**
 * Reload the page.
 *
 * @param {Page} page
 * @returns {Promise<{ seen: Seen, ms: number }>} with the time until a token was there
 */
export async function reload(page) {
  const from = await page.evaluate(() => {
    globalThis.isLeaving = true
    setTimeout(() => location.reload())
    return performance.timeOrigin + performance.now()
  })
  const seen = await settled(page)
  return { seen, ms: seen.origin + seen.tokenAt - from }
}

/**
 * @param {Page} page
 * @param {string} url
 */
export async function visit(page, url) {
  await page.goto(url)
  return settled(page)
}

/**
 * Sign in, and wait for the app's page at the end of it.
 *
 * @param {Page} page that shows the app
 * @returns {Promise<{ seen: Seen, clickedAt: number }>}
 */
export async function signIn(page) {
  const clickedAt = await page.evaluate(() => {
    globalThis.isLeaving = true
    void globalThis.app.signIn()
    return performance.timeOrigin + performance.now()
  })
  const seen = await settled(page)
  if (!seen.isSignedIn) throw new Error(`not signed in at ${page.url().replace(/\?.*/, '?…')}`)
  return { seen, clickedAt }
}

/**
 * @param {BrowserContext} context
 * @param {Page} page
 * @param {string} origin
 */
export async function forget(context, page, origin) {
  const session = await context.newCDPSession(page)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
  await session.detach()
}
