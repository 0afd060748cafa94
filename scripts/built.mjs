// Builds the package if `dist` is missing, or older than its sources.
import { readdirSync, statSync } from 'node:fs'
import { run } from './run.mjs'

const root = new URL('../', import.meta.url)
// The build writes this file last.
const last = new URL('dist/index.d.ts', root)

/**
 * Rejects with the output of the build when the build fails.
 *
 * @returns {Promise<void>}
 */
export async function built() {
  if (changed(last) > newest()) return
  console.log('building the package (npm run build)')
  const { code, output } = await run('npm', ['run', 'build'], { cwd: root })
  if (code !== 0) throw new Error(`npm run build failed\n\n${output}`)
}

/** When the newest of the sources was changed. */
function newest() {
  const src = new URL('src/', root)
  const sources = readdirSync(src, { recursive: true }).map((name) => new URL(`${name}`, src))
  const configs = ['package-lock.json', 'vite.config.ts'].map((name) => new URL(name, root))
  return Math.max(...[...sources, ...configs].map(changed))
}

/** @param {URL} file */
function changed(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
