// Measures what a call costs when there is a token: without the network, only the work of the library.
import { home, newContext, signIn, visit } from './world.mjs'

/** @import { World } from './world.mjs' */

/**
 * One round of one library.
 *
 * @param {World} world
 * @param {string} library
 * @param {number} rounds
 * @returns {Promise<{ token: number | undefined, fetch: number | undefined }>} microseconds
 */
export async function calls(world, library, rounds) {
  const context = await newContext(world)
  const page = await context.newPage()
  try {
    await page.addInitScript(() => void (window.name = 'stub'))
    await visit(page, home(world, library))
    await signIn(page)
    return await page.evaluate(measure, { url: world.api, rounds })
  } finally {
    await context.close()
  }
}

/**
 * Runs in the page.
 *
 * @param {{ url: string, rounds: number }} given
 */
async function measure({ url, rounds }) {
  const { app } = globalThis
  const token = await app.token()
  const plain = () => fetch(url, { headers: { authorization: `Bearer ${token}` } })
  /**
   * @param {() => Promise<unknown>} call
   * @param {number} count
   */
  const each = async (call, count) => {
    const start = performance.now()
    for (let done = 0; done < count; done++) await call()
    return (1000 * (performance.now() - start)) / count
  }
  /** @param {number[]} list */
  const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1]
  const tokens = []
  const over = []
  for (let round = 0; round < rounds; round++) {
    tokens.push(await each(app.token, 500))
    if (!app.fetch) continue
    const [before, ours, after] = [
      await each(plain, 25),
      await each(() => app.fetch?.(url) ?? plain(), 25),
      await each(plain, 25),
    ]
    over.push(ours - (before + after) / 2)
  }
  return { token: median(tokens), fetch: median(over) }
}
