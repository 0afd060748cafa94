// node test/mutations/unit.mjs: every defence that a unit spec guards, in seconds. Playwright needs
// two for each; here the spec is bundled with the mutated source, in memory, and its tests are run
// by a stand-in for Playwright's `test`: what unit specs use of it.
import { fileURLToPath } from 'node:url'
import { expect } from '@playwright/test'
import { rolldown } from 'rolldown'
import { defences, isUnit, root } from './defences.mjs'
import { readSources } from './sources.mjs'
import { without } from './without.mjs'

/**
 * @typedef {(given: object) => unknown} Work
 * @typedef {(given: object, use: Work) => unknown} Fixture
 * @typedef {{ name: string, fixtures: [string, Fixture][], work: Work }} Test
 */

const limit = 300_000
const sources = readSources(root)
const { fetch, setTimeout } = globalThis

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
 * A spec, with all its sources.
 *
 * @param {string} file
 * @param {import('./defences.mjs').Defence} [gone] what is taken away
 */
async function load(file, gone) {
  // A spec that failed may not have put back what it replaced.
  Object.assign(globalThis, { fetch, setTimeout })
  const mutated = gone && without(gone, sources)
  const path = mutated && fileURLToPath(new URL(mutated.file, root))
  const build = await rolldown({
    input: fileURLToPath(new URL(`test/${file}`, root)),
    cwd: fileURLToPath(root),
    platform: 'node',
    external: /^[@\w]/,
    plugins: [
      {
        name: 'mutation',
        transform: (_, id) => (id === path ? mutated?.text : undefined),
      },
    ],
  })
  const { output } = await build.generate({ format: 'cjs', codeSplitting: false })
  await build.close()
  const { code, imports } = output[0]
  const spec = new Spec()
  const modules = new Map([['@playwright/test', { expect, test: spec.stand() }]])
  for (const name of imports) if (!modules.has(name)) modules.set(name, await import(name))
  new Function('require', 'exports', code)((/** @type {string} */ name) => modules.get(name), {})
  return spec
}

/**
 * Whether some test that guards these defences is red.
 *
 * @param {Spec} spec
 * @param {import('./defences.mjs').Defence[]} defences
 */
async function isMissed(spec, defences) {
  const patterns = defences.map(({ tests: [, , pattern = ''] }) => new RegExp(pattern))
  for (const pattern of patterns)
    if (!spec.tests.some(({ name }) => pattern.test(name))) throw new Error(`No test: ${pattern}`)
  for (const test of spec.tests)
    if (patterns.some((pattern) => pattern.test(test.name)) && (await spec.isRed(test))) return true
  return false
}

// What a mutated vault left behind may fail when no test waits for it any more.
process.on('uncaughtException', () => {})

const began = Date.now()
/** @type {string[]} */
const wrong = []
const guarded = defences.filter(isUnit)
for (const file of new Set(guarded.map(({ tests: [file = ''] }) => file))) {
  const here = guarded.filter(({ tests }) => tests[0] === file)
  // What is red anyway proves nothing.
  if (await isMissed(await load(file), here)) wrong.push(`RED ANYWAY  ${file}`)
  for (const defence of here)
    if (!(await isMissed(await load(file, defence), [defence])))
      wrong.push(`SURVIVED  ${defence.name}`)
}
for (const line of wrong) console.log(line)
const seconds = ((Date.now() - began) / 1000).toFixed(1)
console.log(`${guarded.length} defences by their unit specs, ${wrong.length} wrong, ${seconds} s`)
// Not by itself: what a mutated vault was about may go on for ever.
process.exit(wrong.length > 0 || guarded.length === 0 ? 1 : 0)
