// Whether the tests that a defence names exist.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { root } from './defences.mjs'

/**
 * @typedef {{ title: string, file: string }} Spec
 * @typedef {{ title: string, specs: Spec[], suites?: Suite[] }} Suite as Playwright reports it
 */

/** @param {Suite} suite @param {string} [before] @returns {Spec[]} */
const specsOf = ({ title, specs, suites = [] }, before = '') => [
  ...specs.map((spec) => ({ file: spec.file, title: `${before} ${title} ${spec.title}` })),
  ...suites.flatMap((one) => specsOf(one, `${before} ${title}`)),
]

/** Every test there is. */
export function readTests() {
  const command = fileURLToPath(new URL('node_modules/@playwright/test/cli.js', root))
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [command, 'test', '--list', '--reporter=json'],
    { cwd: fileURLToPath(root), encoding: 'utf8', maxBuffer: 2 ** 26 },
  )
  if (!stdout.startsWith('{')) throw new Error(`Playwright lists no tests: ${stderr.slice(-500)}`)
  /** @type {{ suites: Suite[], errors: { message: string }[] }} */
  const { suites, errors } = JSON.parse(stdout)
  for (const { message } of errors) throw new Error(`Playwright lists no tests: ${message}`)
  return suites.flatMap((suite) => specsOf(suite))
}

/**
 * The spec files of a defence in which no test has the title that it names.
 *
 * @param {import('./defences.mjs').Defence} defence
 * @param {readonly Spec[]} specs
 */
export function missing({ tests }, specs) {
  const at = tests.indexOf('-g')
  const pattern = new RegExp(at < 0 ? '' : (tests[at + 1] ?? ''))
  return tests
    .filter((file) => file.endsWith('.spec.ts'))
    .filter((name) => !specs.some(({ file, title }) => file.endsWith(name) && pattern.test(title)))
}
