// `npm run shots`: takes the pictures of the README from the demo, in Chromium.
import { resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { runnerImport } from 'vite'
import { browsers } from './browsers.mjs'
import { built } from './built.mjs'

const root = resolve(import.meta.dirname, '..')

await built()
process.env.NODE_ENV ??= 'production'
const servers = `${root}/demo/servers.ts`
/** @type {{ module: typeof import('../demo/servers.ts') }} */
const { module } = await runnerImport(servers, { configFile: false, logLevel: 'error' })
const demo = await module.startDemo()
const { path: executablePath } = (await browsers()).chromium ?? {}
const browser = await chromium.launch({ ...(executablePath && { executablePath }) })
for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  const viewport = { width: 1240, height: 800 }
  const page = await browser.newPage({ colorScheme, viewport })
  const press = (/** @type {string} */ name) =>
    page.getByRole('button', { name, exact: true }).click()
  await page.goto(demo.app)
  for (const name of ['Sign in', 'Sign in', 'Allow', 'Call GET /api/me']) await press(name)
  await page.getByText('expiresAt').waitFor()
  await page.getByRole('button', { name: /^answer 200/ }).waitFor()
  await page.screenshot({
    path: `${root}/demo/pictures/${colorScheme}.png`,
    animations: 'disabled',
  })
  await page.close()
}
await browser.close()
await demo.close()
