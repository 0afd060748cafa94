// Prints what the library weighs in an app: bundled with its two dependencies, minified, brotli.
import { resolve } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { rolldown } from 'rolldown'

const library = resolve(import.meta.dirname, '../dist/index.js')
const app = 'app'

/**
 * @returns {Promise<{ start: number, all: number }>} bytes: what a returning user loads before the
 *   session is shown, and all there is, in one file
 */
export async function measure() {
  const [start = 0] = await bundle({ format: 'es' })
  const [all = 0] = await bundle({ format: 'es', codeSplitting: false })
  return { start, all }
}

/**
 * @param {import('rolldown').OutputOptions} options
 * @returns {Promise<number[]>} bytes of each file, the entry's first
 */
async function bundle(options) {
  const build = await rolldown({
    input: app,
    preserveEntrySignatures: false,
    plugins: [
      {
        name: app,
        resolveId: (id) => (id === app ? app : null),
        load: (id) =>
          id === app
            ? `import { createAuth } from ${JSON.stringify(library)}; globalThis.auth = createAuth`
            : null,
      },
    ],
  })
  const { output } = await build.generate({ ...options, minify: true })
  const code = output.flatMap((file) => (file.type === 'chunk' ? [file] : []))
  const entryFirst = code.toSorted((a, b) => Number(b.isEntry) - Number(a.isEntry))
  return entryFirst.map((chunk) => brotliCompressSync(chunk.code).length)
}

/** @param {number} bytes */
export const inKilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

if (process.argv[1] === import.meta.filename) {
  const { start, all } = await measure()
  console.log(`before the session is shown: ${inKilobytes(start)} (${start} bytes)`)
  console.log(`everything, in one file: ${inKilobytes(all)} (${all} bytes)`)
}
