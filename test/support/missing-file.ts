import { expect } from '@playwright/test'
import type { Tab } from './tab.js'

/** A file of the library that fails to load. */
export interface MissingFile {
  /** The URLs at which it was requested so far. */
  readonly asked: readonly string[]
  /** From now on it can be loaded. */
  heal(): void
  /** Wait until it has failed. @returns the errors that no code of the page has caught */
  unhandled(): Promise<readonly string[]>
}

/** Let a file of the library fail to load, by the name of its chunk. */
export async function missingFile({ page }: Tab, name: string): Promise<MissingFile> {
  const [asked, unhandled]: [string[], string[]] = [[], []]
  let isDown = true
  await page.route(new RegExp(`/main-${name}\\d*\\.js`), (route) => {
    asked.push(route.request().url())
    return isDown ? route.abort('failed') : route.continue()
  })
  page.on('pageerror', ({ message }) => unhandled.push(message))
  return {
    asked,
    heal: () => void (isDown = false),
    async unhandled() {
      await expect.poll(() => asked).toHaveLength(1)
      // This import fails after that of the app, and the browser reports an unhandled rejection in the next task.
      await page.evaluate(async (url) => {
        await import(url).catch(() => new Promise((done) => setTimeout(done)))
      }, asked[0]!)
      return unhandled
    },
  }
}
