// node test/mutations/unit.mjs: every defence that a unit spec guards, in seconds. Playwright needs
// two for each; here the spec is bundled with the mutated source, in memory, and its tests are run
// by a stand-in for Playwright's `test`: what unit specs use of it.
import { fileURLToPath } from 'node:url'
import { expect } from '@playwright/test'
import { rolldown } from 'rolldown'
import { defences, isUnit, root, without } from './defences.mjs'

/**
 * @typedef {(given: object) => unknown} Work
 * @typedef {(given: object, use: Work) => unknown} Fixture
 * @typedef {{ name: string, fixtures: [string, Fixture][], work: Work }} Test
 */

const limit = 10_000

/** The tests of one spec, and what goes before and after each. */
class Spec {
  /** @type {Test[]} */
  tests = []
  /** @type {Work[]} */
  before = []
  /** @type {Work[]} */
  after = []

  /**
   * What the spec takes for Playwright's `test`.
   *
   * @param {[string, Fixture][]} fixtures
   */
  stand(fixtures = []) {
    const test = (/** @type {string} */ name, /** @type {Work} */ work) =>
      void this.tests.push({ name, fixtures, work })
    return Object.assign(test, {
      extend: (/** @type {Record<string, Fixture>} */ more) =>
        this.stand([...fixtures, ...Object.entries(more)]),
      step: (/** @type {string} */ _, /** @type {() => unknown} */ work) => work(),
      beforeEach: (/** @type {Work} */ work) => void this.before.push(work),
      afterEach: (/** @type {Work} */ work) => void this.after.push(work),
    })
  }

  /**
   * Run one test: whether it is red.
   *
   * @param {Test} test
   */
  async isRed({ fixtures, work }) {
    let red = false
    /** @type {Work} */
    const tested = async (given) => {
      let timer
      const late = new Promise((_, reject) => (timer = setTimeout(reject, limit)))
      const whole = async () => {
        for (const hook of this.before) await hook(given)
        await work(given)
      }
      // A fixture clears up whatever came of the test.
      await Promise.race([whole(), late]).catch(() => (red = true))
      clearTimeout(timer)
      for (const hook of this.after) await hook(given)
    }
    /** @type {(given: object, fixtures: [string, Fixture][]) => unknown} */
    const within = (given, [first, ...rest]) => {
      if (!first) return tested(given)
      const [name, fixture] = first
      return fixture(given, (value) => within({ ...given, [name]: value }, rest))
    }
    await within({}, work.length > 0 ? fixtures : [])
    return red
  }
}

/**
 * The spec that guards a defence, with all its sources.
 *
 * @param {import('./defences.mjs').Defence} defence
 * @param {boolean} gone whether the defence is taken away
 */
async function bundle(defence, gone) {
  const { href } = new URL(`test/${defence.tests[0]}`, root)
  const mutated = fileURLToPath(new URL(defence.file, root))
  const build = await rolldown({
    input: fileURLToPath(href),
    cwd: fileURLToPath(root),
    platform: 'node',
    external: /^[@\w]/,
    plugins: [
      {
        name: 'mutation',
        transform: (code, id) => (gone && id === mutated ? without(defence, code) : undefined),
      },
    ],
  })
  const { output } = await build.generate({ format: 'cjs', codeSplitting: false })
  await build.close()
  return output[0]
}

/**
 * Run the tests that guard a defence, until one is red: its name.
 *
 * @param {import('./defences.mjs').Defence} defence
 * @param {boolean} gone
 */
async function red(defence, gone) {
  const { code, imports } = await bundle(defence, gone)
  const spec = new Spec()
  const modules = new Map([['@playwright/test', { expect, test: spec.stand() }]])
  for (const name of imports) if (!modules.has(name)) modules.set(name, await import(name))
  new Function('require', 'exports', code)((/** @type {string} */ name) => modules.get(name), {})
  const pattern = new RegExp(defence.tests[2] ?? '')
  const chosen = spec.tests.filter(({ name }) => pattern.test(name))
  if (chosen.length === 0) throw new Error(`No test: ${defence.tests.join(' ')}`)
  for (const test of chosen) if (await spec.isRed(test)) return test.name
  return undefined
}

const guarded = defences.filter(isUnit)
const began = Date.now()
/** @type {string[]} */
const wrong = []
// What is red anyway proves nothing.
for (const defence of new Map(guarded.map((one) => [one.tests.join(' '), one])).values())
  if (await red(defence, false)) wrong.push(`RED ANYWAY  ${defence.tests.join(' ')}`)
for (const defence of guarded)
  if (!(await red(defence, true))) wrong.push(`SURVIVED  ${defence.name}`)
for (const line of wrong) console.log(line)
const seconds = ((Date.now() - began) / 1000).toFixed(1)
console.log(`${guarded.length} defences by their unit specs, ${wrong.length} wrong, ${seconds} s`)
process.exitCode = wrong.length > 0 || guarded.length === 0 ? 1 : 0
