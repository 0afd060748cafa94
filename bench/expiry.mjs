// Makes many calls at the moment when the access token has expired. The server ends a session whose
// refresh token is used twice.
import { home, newContext, settled, signIn, visit } from './world.mjs'

/** @import { Page } from '@playwright/test' */
/** @import { World } from './world.mjs' */

/** @typedef {{ refreshes: number, usable: number, alive: number, ms: number }} Expiry */

/** Seconds until the first access token expires. */
const LIFETIME = 8

/**
 * @param {World} world
 * @param {string} library
 * @param {{ tabs: number, calls: number }} load calls in each tab
 * @returns {Promise<Expiry>}
 */
export async function expiry(world, library, { tabs, calls }) {
  const { provider, api } = world
  const context = await newContext(world)
  try {
    const first = await context.newPage()
    const url = home(world, library)
    await visit(first, url)
    provider.requests.length = 0
    provider.setNextLifetime(LIFETIME)
    const { seen } = await signIn(first)
    const pages = [first]
    while (pages.length < tabs) {
      const page = await context.newPage()
      await page.goto(url)
      pages.push(page)
    }
    await Promise.all(pages.slice(1).map((page) => settled(page).catch(() => {})))
    const over = seen.origin + seen.tokenAt + LIFETIME * 1000
    await first.waitForFunction((over) => Date.now() > over, over, { polling: 50 })
    const start = performance.now()
    const answers = await Promise.all(pages.map((page) => callMany(page, api, calls)))
    const ms = performance.now() - start
    const after = await Promise.all(pages.map((page) => callMany(page, api, 1)))
    const requests = provider.requests.filter((name) => name === 'POST /oauth/token')
    return {
      // All token requests but that of the sign-in. On a slow machine a tab may open late and refresh before `start`.
      refreshes: requests.length - 1,
      usable: sum(answers),
      alive: sum(after),
      ms,
    }
  } finally {
    await context.close()
  }
}

/** @param {number[]} list */
const sum = (list) => list.reduce((sum, count) => sum + count, 0)

/**
 * Make this many calls at the same time.
 *
 * @param {Page} page
 * @param {string} api
 * @param {number} count
 * @returns {Promise<number>} how many of the calls succeeded
 */
function callMany(page, api, count) {
  return page.evaluate(async ([url, count]) => {
    const { app } = globalThis
    const one = async () => {
      if (app.fetch) return (await app.fetch(url)).ok
      const headers = { authorization: `Bearer ${await app.token()}` }
      return (await fetch(url, { headers })).ok
    }
    const late = new Promise((resolve) => setTimeout(resolve, 20_000, false))
    const all = Array.from({ length: count }, () => Promise.race([one().catch(() => false), late]))
    return (await Promise.all(all)).filter(Boolean).length
  }, /** @type {const} */ ([api, count]))
}
