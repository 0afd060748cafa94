// `npm run shots`: takes the pictures of the README from the demo, in Chromium.
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { chromium } from '@playwright/test'
import { runnerImport } from 'vite'
import { browsers } from './browsers.mjs'
import { built } from './built.mjs'
import { readsAs, showsFlow } from './pictures.mjs'

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
  const page = await browser.newPage({ colorScheme })
  await showsFlow(page, demo.app)
  await writeFile(`${root}/demo/pictures/flow.txt`, await readsAs(page))
  await page.screenshot({
    path: `${root}/demo/pictures/${colorScheme}.png`,
    animations: 'disabled',
  })
  await page.close()
}
await browser.close()
await demo.close()
