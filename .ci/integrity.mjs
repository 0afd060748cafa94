// Writes the hash that a script tag names: into dist, and into the README's snippet.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const file = `${root}/dist/pixy-auth.global.js`

/** The `integrity` of the script as it was built. */
export async function integrity() {
  return `sha384-${createHash('sha384')
    .update(await readFile(file))
    .digest('base64')}`
}

if (process.argv[1] === import.meta.filename) {
  const hash = await integrity()
  await writeFile(`${file}.integrity`, `${hash}\n`)
  const readme = await readFile(`${root}/README.md`, 'utf8')
  const updated = readme.replace(/integrity="[^"]*"/, `integrity="${hash}"`)
  if (updated !== readme) await writeFile(`${root}/README.md`, updated)
}
