// The package, built when it is not what the sources say.
import { readdirSync, statSync } from 'node:fs'
import { run } from './run.mjs'

const root = new URL('../', import.meta.url)
// What the build writes last.
const last = new URL('dist/index.d.ts', root)

/** Rejects with what the build printed, when it fails. */
export async function built() {
  if (changed(last) > newest()) return
  console.log('building the package (npm run build)')
  const { code, output } = await run('npm', ['run', 'build'], { cwd: root })
  if (code !== 0) throw new Error(`npm run build failed\n\n${output}`)
}

function newest() {
  const source = new URL('src/', root)
  const files = readdirSync(source, { recursive: true }).map((name) => new URL(`${name}`, source))
  const recipe = ['package-lock.json', 'vite.config.ts'].map((name) => new URL(name, root))
  return Math.max(...[...files, ...recipe].map(changed))
}

/** @param {URL} file */
function changed(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
