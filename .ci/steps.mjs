// What `npm test` does once the dependencies are there.
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, resolve } from 'node:path'
import { run } from './run.mjs'

/** @typedef {[name: string, command: string, ...args: string[]]} Step */

const CONFIGS = ['.', 'src/vault', 'src/testing', 'test', 'demo', '.ci']

/** @type {Step[]} */
const PACKAGE = [
  ['build', 'npm', 'run', 'build'],
  ['package (publint)', 'publint', '--strict'],
  ['package types (attw)', 'attw', '--pack', '.', '--profile', 'esm-only'],
]

/** @returns {Step[]} */
function source() {
  const types = CONFIGS.filter((folder) => existsSync(`${folder}/tsconfig.json`))
  return [
    ['formatting (prettier)', 'prettier', '--check', '.'],
    ['lint (oxlint)', 'oxlint', '--deny-warnings'],
    ['types of templates (vue-tsc)', 'node', '.ci/templates.mjs', '-p', 'demo'],
    ...types.map((folder) => /** @type {Step} */ ([`types of ${folder}`, 'tsc', '-p', folder])),
  ]
}

/** Everything that needs no browser. Ends the process at the first step that fails. */
export async function check() {
  process.env.PATH = [resolve('node_modules/.bin'), process.env.PATH].join(delimiter)
  const queue = source()
  const next = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) await pass(step)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, next))
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

/**
 * The tests themselves; their reporter prints the last line.
 *
 * @param {import('./engines.mjs').Engines} engines
 */
export async function suite(engines) {
  process.on('SIGINT', () => {}) // Playwright hears it too, and ends its browsers and its report
  let tail = ''
  const { code, output } = await run('playwright', ['test'], {
    env: { PIXY_ENGINES: JSON.stringify(engines) },
    onText(text) {
      process.stdout.write(text)
      tail = `${tail}${text}`.slice(-200)
    },
  })
  const counted = /(^|\n)\d+ passed, \d+ failed\n$/.test(tail)
  if (code !== 0 && !counted) console.error(output)
  return { counted, code: counted ? code : 1 }
}
