import { setTimeout as sleep } from 'node:timers/promises'
import { test as base } from '@playwright/test'
import type { WebKitGTK } from '../../scripts/engines.mjs'
import { startDriver, type Driver } from './driver.js'
import { WebKit } from './session.js'

export { expect } from '@playwright/test'

export interface WebKitOptions {
  /** Where the system's WebKit is; the project says so. */
  gtk: WebKitGTK | undefined
}

/** `{ webkit }`: a browser for each test, on a driver for each worker. */
export const test = base.extend<{ webkit: WebKit }, WebKitOptions & { drivers: Drivers }>({
  gtk: [undefined, { option: true, scope: 'worker' }],

  drivers: [
    async ({ gtk }, use) => {
      if (!gtk) throw new Error('these tests run in the project webkitgtk only')
      const drivers: Drivers = { current: await startDriver(gtk), gtk }
      await use(drivers)
      await drivers.current[Symbol.asyncDispose]()
    },
    { scope: 'worker' },
  ],

  webkit: async ({ drivers }, use) => {
    await using webkit = await started(drivers)
    await use(webkit)
  },
})

/** The driver of a worker. */
export interface Drivers {
  current: Driver
  readonly gtk: WebKitGTK
}

/** A browser. Once in some hundred times none starts, and its driver starts no other: then by a new driver. */
async function started(drivers: Drivers): Promise<WebKit> {
  const { current, gtk } = drivers
  const browser = WebKit.start(current.url, gtk)
  const webkit = await Promise.race([browser, sleep(40_000, undefined, { ref: false })])
  if (webkit) return webkit
  browser.catch(() => {})
  await current[Symbol.asyncDispose]()
  drivers.current = await startDriver(gtk)
  return WebKit.start(drivers.current.url, gtk)
}
