// Measures how long each journey takes, and how many requests it sends to the server.
import { forget, home, newContext, reload, signIn, visit } from './world.mjs'

/** @import { World } from './world.mjs' */

export const ROWS = {
  first: 'first visit, document start → "signed out" known',
  callback: 'callback document → token in hand',
  click: 'click → token in hand',
  reload: 'reload with a session → token in hand',
  refresh: 'forced refresh right after a reload',
}

/** @typedef {{ ms: number, requests: number }} Measured */
/** @typedef {Record<keyof typeof ROWS, Measured>} Journeys */

/**
 * One round of one library, in a browser profile of its own.
 *
 * @param {World} world
 * @param {string} library
 * @returns {Promise<Journeys>}
 */
export async function journeys(world, library) {
  const context = await newContext(world)
  const page = await context.newPage()
  const url = home(world, library)
  const { requests } = world.provider
  const count = () => requests.splice(0).length
  try {
    count()
    const visited = await visit(page, url)
    const first = { ms: visited.knownAt, requests: count() }
    // The server knows the user from now on; the app does not.
    await signIn(page)
    await page.goto('about:blank')
    await forget(context, page, world.appOrigin)
    await visit(page, url)
    count()
    const { seen, clickedAt } = await signIn(page)
    const names = requests.splice(0)
    const click = { ms: seen.origin + seen.tokenAt - clickedAt, requests: names.length }
    // The last request to the authorization endpoint leads to the callback.
    const way = names.findLastIndex((name) => name.startsWith('GET /authorize'))
    const callback = { ms: seen.tokenAt - seen.fetchStart, requests: names.length - 1 - way }
    const { ms } = await reload(page)
    const reloaded = { ms, requests: count() }
    await page.evaluate(() => void (window.name = 'refresh'))
    const { seen: again } = await reload(page)
    const refresh = {
      ms: again.refreshedAt - again.tokenAt,
      requests: count() - reloaded.requests,
    }
    return { first, callback, click, reload: reloaded, refresh }
  } finally {
    await context.close()
  }
}
