// The tables of the bench, each with a column for each library.
import { calls } from './calls.mjs'
import { expiry } from './expiry.mjs'
import { journeys, ROWS } from './journeys.mjs'
import { memory } from './memory.mjs'
import { size } from './size.mjs'

/** @import { World } from './world.mjs' */

/**
 * Measurements by name. A measurement that a library does not have is `undefined`.
 *
 * @typedef {Record<string, number | undefined>} Figures
 */

/**
 * @typedef {object} Table
 * @property {string} title
 * @property {number} delay milliseconds that each request to the server waits for
 * @property {number} rounds by default
 * @property {(world: World, library: string, amount: number) => Promise<Figures>} measure
 */

/** @param {number} count */
const atLeastOne = (count) => Math.max(1, Math.round(count))

/** @type {Record<string, Table>} */
export const TABLES = {
  journeys: {
    title: 'Journeys: milliseconds and requests, 50 ms added to every request to the server',
    delay: 50,
    rounds: 5,
    async measure(world, library) {
      const all = Object.entries(await journeys(world, library))
      return Object.fromEntries(
        all.flatMap(([row, { ms, requests }]) => {
          const title = ROWS[/** @type {keyof typeof ROWS} */ (row)]
          return [
            [`${title}, ms`, ms],
            [`${title}, requests`, requests],
          ]
        }),
      )
    },
  },
  size: {
    title: 'Size: kilobytes of scripts that are loaded (minified, brotli)',
    delay: 0,
    rounds: 1,
    async measure(world, library) {
      const { first, signIn, reload, all } = await size(world, library)
      return {
        'until "signed out" is known': first,
        'from the first visit to the token after a sign-in': signIn,
        'until a token is in hand after a reload': reload,
        'all its files': all,
      }
    },
  },
  calls: {
    title: 'A call with a token at hand: microseconds of the library',
    delay: 0,
    rounds: 3,
    async measure(world, library, amount) {
      const { token, fetch } = await calls(world, library, atLeastOne(40 * amount))
      return { 'the access token': token, 'wrapped `fetch` over plain `fetch`': fetch }
    },
  },
  expiry: {
    title:
      'Calls at the end of the access token, where a refresh token that is used twice ends the session',
    delay: 50,
    rounds: 3,
    async measure(world, library, amount) {
      const many = await expiry(world, library, { tabs: 1, calls: atLeastOne(50 * amount) })
      const tabs = await expiry(world, library, { tabs: 8, calls: atLeastOne(10 * amount) })
      return {
        '50 calls in one tab: refreshes': many.refreshes,
        '50 calls in one tab: answers': many.usable,
        '8 tabs × 10 calls: refreshes': tabs.refreshes,
        '8 tabs × 10 calls: answers': tabs.usable,
        '8 tabs × 10 calls: tabs that work afterwards': tabs.alive,
        '8 tabs × 10 calls: ms': tabs.ms,
      }
    },
  },
  memory: {
    title: 'Memory and main thread',
    delay: 0,
    rounds: 1,
    async measure(world, library, amount) {
      const { grown, start } = await memory(world, library, {
        calls: atLeastOne(10_000 * amount),
        refreshes: atLeastOne(1000 * amount),
      })
      return {
        'heap after 10,000 calls and 1,000 refreshes, kB more': grown,
        'script until a token is at hand after a reload, ms of the main thread': start,
      }
    },
  },
}
