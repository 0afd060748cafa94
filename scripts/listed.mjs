// Lists every test by its title, with the engines that run it.
import { run } from './run.mjs'

const root = new URL('../', import.meta.url)

/** @type {Record<string, string>} */
const ENGINES = { chromium: 'Chromium', firefox: 'Firefox', unit: 'Node' }

/**
 * @typedef {{ title: string, engines: string[] }} Test
 * @typedef {{ title: string, tests: { projectName: string }[] }} Spec
 */

/** @type {Promise<Test[]> | undefined} */
let known

export function listed() {
  return (known ??= list())
}

/** The engines, in a fixed order, in which one of these tests runs. @param {Test[]} tests */
export function enginesOf(tests) {
  return Object.values(ENGINES).filter((name) =>
    tests.some(({ engines }) => engines.includes(name)),
  )
}

async function list() {
  // The list does not depend on the browsers of this machine: the projects with these names always exist.
  const env = { PIXY_ENGINES: '{}', PIXY_WHOLE: '', PLAYWRIGHT_JSON_OUTPUT_NAME: '' }
  let output = ''
  const onText = (/** @type {string} */ text) => void (output += text)
  const args = ['playwright', 'test', '--list', '--reporter=json']
  const { code, output: complaint } = await run('npx', args, { cwd: root, env, onText })
  if (code !== 0) throw new Error(`the tests cannot be listed\n\n${complaint}${output}`)
  /** @type {Spec[]} */
  const specs = JSON.parse(output).suites.flatMap(specsOf)
  return specs.map(({ title, tests }) => ({
    title,
    engines: tests.map(({ projectName }) => ENGINES[projectName] ?? projectName),
  }))
}

/**
 * @param {{ specs?: Spec[], suites?: object[] }} suite
 * @returns {Spec[]}
 */
function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)]
}
