// Computes the hash that a script tag names, and writes it into `dist` and into the README's example.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const script = `${root}/dist/pixy-auth.global.js`

/** The `integrity` of the script as it was built. */
export async function integrity() {
  const hash = createHash('sha384').update(await readFile(script))
  return `sha384-${hash.digest('base64')}`
}

async function write() {
  const hash = await integrity()
  await writeFile(`${script}.integrity`, `${hash}\n`)
  const readme = await readFile(`${root}/README.md`, 'utf8')
  const updated = readme.replace(/integrity="[^"]*"/, `integrity="${hash}"`)
  if (updated !== readme) await writeFile(`${root}/README.md`, updated)
}

if (process.argv[1] === import.meta.filename) await write()
