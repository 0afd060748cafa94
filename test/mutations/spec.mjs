// A unit spec, in memory: bundled with sources of which one is changed, its tests run by a stand-in for
// Playwright's `test`: what unit specs use of it.
import { fileURLToPath } from 'node:url'
import { expect } from '@playwright/test'
import { rolldown } from 'rolldown'
import { root } from './defences.mjs'

/**
 * @typedef {(given: object) => unknown} Work
 * @typedef {(given: object, use: Work) => unknown} Fixture
 * @typedef {{ name: string, fixtures: [string, Fixture][], work: Work }} Test
 * @typedef {{ file: string, text: string }} Changed a source, and what stands in it
 */

const limit = 300_000
const { fetch, setTimeout } = globalThis

/** The tests of one spec, and what goes before and after each. */
export class Spec {
  /** @type {Test[]} */
  tests = []
  /** @type {readonly string[]} what it was bundled of */
  modules = []
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
      describe: { configure: () => {} },
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
 * @param {Changed} [changed]
 * @param {URL} [folder] the project, or a copy of it
 */
export async function load(file, changed, folder = root) {
  return (await bundle(file, changed, folder))()
}

/** The same, to be made any number of times. @param {Parameters<typeof load>} given */
export async function bundle(...[file, changed, folder = root]) {
  const path = changed && fileURLToPath(new URL(changed.file, folder))
  const build = await rolldown({
    input: fileURLToPath(new URL(`test/${file}`, folder)),
    cwd: fileURLToPath(folder),
    platform: 'node',
    external: /^[@\w]/,
    plugins: [
      {
        name: 'mutation',
        transform: (_, id) => (id === path ? changed?.text : undefined),
      },
    ],
  })
  const { output } = await build.generate({ format: 'cjs', codeSplitting: false })
  await build.close()
  const { code, imports, moduleIds } = output[0]
  const modules = new Map()
  for (const name of imports) if (name !== '@playwright/test') modules.set(name, await import(name))
  return () => {
    // A spec that failed may not have put back what it replaced.
    Object.assign(globalThis, { fetch, setTimeout })
    const spec = new Spec()
    spec.modules = moduleIds
    const own = new Map([...modules, ['@playwright/test', { expect, test: spec.stand() }]])
    new Function('require', 'exports', code)((/** @type {string} */ name) => own.get(name), {})
    return spec
  }
}
