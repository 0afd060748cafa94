// In the copy that syntax-browser.mjs makes: turns mutants on in the pages of a test, and hears which
// ones they reach. Also its reporter.
import { appendFileSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** @type {Record<string, string[]> | undefined} */
let mutants

/** The mutants that a test has on. @param {string} title */
function mutantsOf(title) {
  mutants ??= JSON.parse(readFileSync(process.env['PIXY_ASSIGNED'] ?? '', 'utf8'))
  return mutants?.[title] ?? []
}

/**
 * @param {import('@playwright/test').BrowserContext} context
 * @param {import('@playwright/test').TestInfo} info
 */
export async function watch(context, info) {
  const { annotations, config, file, titlePath } = info
  const title = [relative(config.rootDir, file), ...titlePath.slice(1)].join(' › ')
  await context.exposeBinding('reached', (_, /** @type {string[]} */ names) => {
    for (const description of names) annotations.push({ type: 'reached', description })
  })
  await context.addInitScript((on) => {
    /** @type {Set<string>} */
    const seen = new Set()
    /** @type {string[]} */
    let news = []
    const { reached } = /** @type {any} */ (window)
    const tell = () => {
      reached(news).catch(() => {})
      news = []
    }
    const then = Promise.prototype.then.bind(Promise.resolve())
    const mutated = (/** @type {string} */ name) => {
      if (!seen.has(name) && news.push(name) === 1) void then(tell)
      seen.add(name)
      return on.includes(name)
    }
    Object.defineProperty(window, 'mutated', { value: mutated })
  }, mutantsOf(title))
}

export default class Ends {
  printsToStdio() {
    return false
  }

  /** @param {import('@playwright/test/reporter').TestCase} test @param {import('@playwright/test/reporter').TestResult} result */
  onTestEnd(test, { annotations, duration: time, status }) {
    // A run that was stopped says nothing of the tests that it was at.
    if (status === 'interrupted') return
    const [, , ...titles] = test.titlePath().filter(Boolean)
    const title = [relative(process.cwd(), test.location.file), ...titles].join(' › ')
    const mutants = mutantsOf(title)
    const all = annotations.filter(({ type }) => type === 'reached')
    const reached = mutants.length === 0 ? all.map(({ description }) => description) : []
    const end = { title, mutants, isRed: status !== 'passed', time, reached }
    appendFileSync(process.env['PIXY_ENDS'] ?? '', `${JSON.stringify(end)}\n`)
  }
}
