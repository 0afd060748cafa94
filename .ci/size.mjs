// Prints what the library weighs in an app: bundled with its two dependencies, minified, brotli.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { rolldown } from 'rolldown'

/** @typedef {{ name: string, bytes: number }} Part a file, without its hash */

const nothing = { name: '', bytes: 0 }
const app = 'app'
const dist = resolve(import.meta.dirname, '../dist')
const core = `import { createAuth } from ${file('index')}; globalThis.auth = createAuth;`

/**
 * @returns {Promise<Record<'start' | 'all' | 'react' | 'vue' | 'dpop' | 'script', number>>}
 *   bytes: what a returning user loads before the session is shown, all there is, in one file, what
 *   each binding adds to that, the framework left out, the file that `dpop` loads, and the script tag's
 */
export async function measure() {
  const parts = await bundle(core, { format: 'es' })
  const [{ bytes: start } = nothing] = parts
  const { bytes: dpop } = parts.find(({ name }) => name === 'dpop') ?? nothing
  const all = await inOneFile(core)
  const react = (await inOneFile(core + binding('react'))) - all
  const vue = (await inOneFile(core + binding('vue'))) - all
  const script = brotliCompressSync(await readFile(`${dist}/pixy-auth.global.js`)).length
  return { start, all, react, vue, dpop, script }
}

/** @param {string} name */
function binding(name) {
  return `import * as ${name} from ${file(name)}; globalThis.${name} = ${name};`
}

/** @param {string} entry */
function file(entry) {
  return JSON.stringify(`${dist}/${entry}.js`)
}

/** @param {string} source */
async function inOneFile(source) {
  const [all = nothing] = await bundle(source, { format: 'es', codeSplitting: false })
  return all.bytes
}

/**
 * @param {string} source
 * @param {import('rolldown').OutputOptions} options
 * @returns {Promise<Part[]>} the entry's first
 */
async function bundle(source, options) {
  const build = await rolldown({
    input: app,
    preserveEntrySignatures: false,
    external: ['react', 'vue'],
    onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
    plugins: [
      {
        name: app,
        resolveId: (id) => (id === app ? app : null),
        load: (id) => (id === app ? source : null),
      },
    ],
  })
  const { output } = await build.generate({ ...options, minify: true })
  const code = output.flatMap((file) => (file.type === 'chunk' ? [file] : []))
  const entryFirst = code.toSorted((a, b) => Number(b.isEntry) - Number(a.isEntry))
  return entryFirst.map(({ name, code }) => ({ name, bytes: brotliCompressSync(code).length }))
}

/** @param {number} bytes */
export const inKilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

if (process.argv[1] === import.meta.filename) {
  const { start, all, react, vue, dpop, script } = await measure()
  console.log(`before the session is shown: ${inKilobytes(start)} (${start} bytes)`)
  console.log(`everything, in one file: ${inKilobytes(all)} (${all} bytes)`)
  console.log(`what pixy-auth/react adds: ${inKilobytes(react)} (${react} bytes)`)
  console.log(`what pixy-auth/vue adds: ${inKilobytes(vue)} (${vue} bytes)`)
  console.log(`what dpop adds: ${inKilobytes(dpop)} (${dpop} bytes)`)
  console.log(`the script tag's file: ${inKilobytes(script)} (${script} bytes)`)
}
