// `npm run check`: formatting, lint, types and the package. These checks need no browser.
import { availableParallelism } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { installed, RECIPES } from './install.mjs'
import { run } from './run.mjs'

/** @typedef {[name: string, command: string, ...args: string[]]} Step */

const root = resolve(import.meta.dirname, '..')
const SRC = ['.', 'src/vault', 'src/testing', 'src/backend', 'src/vite']
const CONFIGS = [...SRC, 'test', 'demo', 'scripts', 'scripts/migrate', 'bench']

/**
 * These steps do not depend on each other.
 *
 * @type {Step[]}
 */
const SOURCE = [
  ['formatting (prettier)', 'prettier', '--check', '.'],
  ['lint (oxlint)', 'oxlint', '--deny-warnings'],
  ['types of templates (vue-tsc)', 'node', 'test/recipes/vue-tsc.mjs', '-p', 'demo'],
  ...CONFIGS.map((folder) => /** @type {Step} */ ([`types of ${folder}`, 'tsc', '-p', folder])),
]

// An app copies this page and its script, and does not import them.
const NO_MODULES = ['--exclude-entrypoints', 'callback.html', 'callback.js']

/**
 * Each step needs the result of the step before it.
 *
 * @type {Step[]}
 */
const PACKAGE = [
  ['build', 'npm', 'run', 'build'],
  ['package (publint)', 'publint', '--strict'],
  ['package types (attw)', 'attw', '--pack', '.', '--profile', 'esm-only', ...NO_MODULES],
]

/** Ends the process at the first step that fails. */
export async function check() {
  process.chdir(root)
  await installed()
  await installed(RECIPES)
  process.env.PATH = [resolve('node_modules/.bin'), process.env.PATH].join(delimiter)
  const queue = [...SOURCE]
  const work = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) await pass(step)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  for (const step of PACKAGE) await pass(step)
}

/** @param {Step} step */
async function pass([name, command, ...args]) {
  const start = Date.now()
  const { code, output } = await run(command, args)
  const seconds = ((Date.now() - start) / 1000).toFixed(1)
  if (code === 0) return console.log(`ok    ${name} (${seconds} s)`)
  console.log(`FAIL  ${name}\n\n${output}`)
  process.exit(1)
}

if (process.argv[1] === import.meta.filename) await check()
