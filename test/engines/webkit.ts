import { test as base } from '@playwright/test'
import type { WebKitGTK } from '../../.ci/engines.mjs'
import { startDriver, type Driver } from './driver.js'
import { WebKit } from './session.js'

export { expect } from '@playwright/test'

export interface WebKitOptions {
  /** Where the system's WebKit is; the project says so. */
  gtk: WebKitGTK | undefined
}

/** `{ webkit }`: a browser for each test, on a driver for each worker. */
export const test = base.extend<{ webkit: WebKit }, WebKitOptions & { driver: Driver }>({
  gtk: [undefined, { option: true, scope: 'worker' }],

  driver: [
    async ({ gtk }, use) => {
      if (!gtk) throw new Error('these tests run in the project webkitgtk only')
      await using driver = await startDriver(gtk)
      await use(driver)
    },
    { scope: 'worker' },
  ],

  webkit: async ({ driver, gtk }, use) => {
    await using webkit = await WebKit.start(driver.url, gtk!)
    await use(webkit)
  },
})
