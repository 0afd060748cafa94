// Measures what stays in memory after many calls and refreshes, and what a start costs the main thread.
import { home, newContext, reload, signIn, visit } from './world.mjs'

/** @import { CDPSession } from '@playwright/test' */
/** @import { World } from './world.mjs' */

/**
 * Needs Chromium: other browsers do not report these figures.
 *
 * @param {World} world
 * @param {string} library
 * @param {{ calls: number, refreshes: number }} load
 * @returns {Promise<{ grown: number, start: number }>} kilobytes of heap; milliseconds of the main thread
 */
export async function memory(world, library, { calls, refreshes }) {
  const context = await newContext(world)
  const page = await context.newPage()
  try {
    await page.addInitScript(() => void (window.name = 'stub'))
    const session = await context.newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await visit(page, home(world, library))
    await signIn(page)
    await reload(page)
    const start = 1000 * (await metric(session, 'ScriptDuration'))
    await work(page, world.api, 200, Math.min(refreshes, 3))
    const heap = await used(session)
    await work(page, world.api, calls, refreshes)
    return { grown: ((await used(session)) - heap) / 1000, start }
  } finally {
    await context.close()
  }
}

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} url
 * @param {number} calls
 * @param {number} refreshes
 */
function work(page, url, calls, refreshes) {
  return page.evaluate(async ([url, calls, refreshes]) => {
    const { app } = globalThis
    for (let done = 0; done < calls; done++) await (app.fetch ? app.fetch(url) : app.token())
    for (let done = 0; done < refreshes; done++) await app.refresh()
  }, /** @type {const} */ ([url, calls, refreshes]))
}

/** @param {CDPSession} session */
async function used(session) {
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  return usedSize
}

/**
 * @param {CDPSession} session
 * @param {string} wanted
 */
async function metric(session, wanted) {
  const { metrics } = await session.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === wanted)?.value ?? NaN
}
