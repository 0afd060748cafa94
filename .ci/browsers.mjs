// A browser for each engine: found, or installed as far as this machine lets us.
import { findEngines } from './engines.mjs'
import { run } from './run.mjs'

/** @typedef {import('./engines.mjs').Engines} Engines */

const NAMES = /** @type {const} */ (['chromium', 'firefox', 'webkit'])

// Each list of packages is tried until one does.
/** @type {Record<string, string[][]>} */
const DEBIAN = {
  chromium: [['chromium-headless-shell'], ['chromium']],
  firefox: [['firefox-esr'], ['firefox']],
  webkit: [['webkit2gtk-driver', 'xvfb']],
}

/**
 * Ends the process when there is no Chromium or no Firefox; WebKit may be left out.
 *
 * @returns {Promise<Engines>}
 */
export async function browsers() {
  for (const install of [byPlaywright, byApt]) {
    const missing = absent()
    if (missing.length > 0) await install(missing)
  }
  const lost = absent().filter((name) => name !== 'webkit')
  if (lost.length === 0) return findEngines()
  console.error(`no browser for ${lost.join(' and ')}: neither Playwright's nor the system's`)
  console.error(`could be found or installed. Try: npx playwright install ${lost.join(' ')}`)
  process.exit(1)
}

function absent() {
  const engines = findEngines()
  return NAMES.filter((name) => !engines[name])
}

/** @param {string[]} missing */
async function byPlaywright(missing) {
  console.log(`installing ${missing.join(', ')} (playwright install)`)
  await run('playwright', ['install', ...missing], { limit: 180 })
}

/** @param {typeof NAMES[number][]} missing */
async function byApt(missing) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return
  if ((await run('apt-get', ['--version'])).code !== 0) return
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  console.log(`installing ${missing.join(', ')} (apt-get install)`)
  await run('apt-get', ['update'], { limit: 180, env })
  // One by one: apt installs nothing at all when it does not know one of the names.
  for (const [name, packages] of missing.flatMap(candidates)) {
    if (!absent().includes(name)) continue
    const args = ['install', '-y', '--no-install-recommends', ...packages]
    await run('apt-get', args, { limit: 600, env })
  }
}

/**
 * @param {typeof NAMES[number]} name
 * @returns {[typeof NAMES[number], string[]][]}
 */
function candidates(name) {
  return (DEBIAN[name] ?? []).map((packages) => [name, packages])
}
