// Computes the hashes for the `integrity` of script tags. Writes all into `dist`, and one into the README's example.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const script = `${root}/dist/pixy-auth.global.js`
const others = ['with-backend.global', 'early'].map((name) => `${root}/dist/pixy-auth.${name}.js`)

/** The `integrity` of a script as it was built. */
export async function integrity(file = script) {
  const hash = createHash('sha384').update(await readFile(file))
  return `sha384-${hash.digest('base64')}`
}

async function write() {
  const hash = await integrity()
  await writeFile(`${script}.integrity`, `${hash}\n`)
  for (const file of others) await writeFile(`${file}.integrity`, `${await integrity(file)}\n`)
  const readme = await readFile(`${root}/README.md`, 'utf8')
  const updated = readme.replace(/integrity="[^"]*"/, `integrity="${hash}"`)
  if (updated !== readme) await writeFile(`${root}/README.md`, updated)
}

if (process.argv[1] === import.meta.filename) await write()
