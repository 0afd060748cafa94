// Makes sure that there is a browser for each engine, and installs a missing one if it can.
import { apt } from './apt.mjs'
import { findEngines } from './engines.mjs'
import { run } from './run.mjs'

/** @typedef {'chromium' | 'firefox' | 'webkit'} Name */

/** @type {Name[]} */
const NAMES = ['chromium', 'firefox', 'webkit']

/**
 * Debian's packages. The lists of an engine are tried in order until the engine is there. For Chromium both are needed:
 * its headless shell loads no extensions.
 *
 * @type {Record<Name, string[][]>}
 */
const DEBIAN = {
  chromium: [['chromium-headless-shell'], ['chromium']],
  firefox: [['firefox-esr'], ['firefox']],
  webkit: [['webkit2gtk-driver', 'xvfb']],
}

/**
 * Find or install the browsers. Without Chromium or Firefox the process ends; WebKit is optional.
 *
 * @returns {Promise<import('./engines.mjs').Engines>}
 */
export async function browsers() {
  for (const install of [byPlaywright, byApt]) {
    const names = missing()
    if (names.length > 0) await install(names)
  }
  const engines = findEngines()
  const required = NAMES.filter((name) => name !== 'webkit' && !engines[name])
  if (required.length === 0) return engines
  console.error(`No browser for ${required.join(' and ')}: neither Playwright's nor the system's`)
  console.error(
    `was found or could be installed. Try: npx playwright install ${required.join(' ')}`,
  )
  process.exit(1)
}

function missing() {
  const engines = findEngines()
  const { path, whole } = engines.chromium ?? {}
  return NAMES.filter((name) => !engines[name] || (name === 'chromium' && path && !whole))
}

/** @param {Name[]} names */
async function byPlaywright(names) {
  console.log(`installing ${names.join(', ')} (playwright install)`)
  await run('playwright', ['install', ...names], { limit: 180 })
}

/** @param {Name[]} names */
async function byApt(names) {
  const isMissing = (/** @type {Name} */ name) => missing().includes(name)
  await apt(names.map((name) => ({ name, lists: DEBIAN[name], isMissing: () => isMissing(name) })))
}
