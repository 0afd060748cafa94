// Measures how much of an app's scripts a browser loads on each journey.
import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { APPS } from './build.mjs'
import { home, newContext, reload, signIn, visit } from './world.mjs'

/** @import { Page } from '@playwright/test' */
/** @import { World } from './world.mjs' */

/**
 * @param {World} world
 * @param {string} library
 * @returns {Promise<{ first: number, signIn: number, reload: number, all: number }>} kilobytes
 */
export async function size(world, library) {
  const context = await newContext(world)
  try {
    const page = await context.newPage()
    const bytes = await sizes(resolve(APPS, library))
    /** @param {Iterable<string>} names */
    const sum = (names) => [...names].reduce((sum, name) => sum + (bytes.get(name) ?? 0), 0) / 1000
    const visited = await visit(page, home(world, library))
    const first = await loaded(page, visited.knownAt)
    // Scripts that the first page loads after the click are missing here: that page is gone and cannot be asked.
    const { seen } = await signIn(page)
    const after = await loaded(page, seen.tokenAt)
    const { seen: again } = await reload(page)
    return {
      first: sum(first),
      signIn: sum(new Set([...first, ...after])),
      reload: sum(await loaded(page, again.tokenAt)),
      all: sum(bytes.keys()),
    }
  } finally {
    await context.close()
  }
}

/** @param {string} dir */
async function sizes(dir) {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.js'))
  const entries = names.map(async (name) => {
    const { length } = brotliCompressSync(await readFile(resolve(dir, name)))
    return /** @type {const} */ ([name, length])
  })
  return new Map(await Promise.all(entries))
}

/**
 * The names of the scripts that the page requested until this moment.
 *
 * @param {Page} page
 * @param {number} until
 */
function loaded(page, until) {
  return page.evaluate((until) => {
    const entries = performance.getEntriesByType('resource')
    return entries
      .filter(({ name, startTime }) => name.endsWith('.js') && startTime <= until)
      .map(({ name }) => name.replace(/.*\//, ''))
  }, until)
}
