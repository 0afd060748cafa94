// The reporter of Playwright: prints failures as they happen, then a line for each project, and a last
// line that counts all tests. With PIXY_TIMES in the environment it also prints where the time went.
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type {
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
  TestStep,
} from '@playwright/test/reporter'
import type { Engines } from './engines.mjs'

type Outcome = 'passed' | 'failed' | 'flaky' | 'skipped' | 'not run'

export default class Summary implements Reporter {
  #root: Suite | undefined
  #errors = 0

  printsToStdio(): boolean {
    return true
  }

  onBegin(_config: unknown, root: Suite): void {
    this.#root = root
  }

  onError(error: TestError): void {
    this.#errors += 1
    print(explain(error))
  }

  onStdOut(chunk: string | Buffer): void {
    process.stdout.write(chunk)
  }

  onStdErr(chunk: string | Buffer): void {
    process.stdout.write(chunk)
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    const outcome = outcomeOf(test)
    if (outcome === 'passed') return
    print(`${outcome.toUpperCase()}  ${[title(test), ...failed(result.steps)].join(' › ')}`)
    for (const error of result.errors) print(indent(explain(error)))
  }

  async onEnd({ status }: FullResult): Promise<{ status: FullResult['status'] }> {
    const outcomes = this.#root?.allTests().map(outcomeOf) ?? []
    const passed = outcomes.filter((outcome) => outcome === 'passed').length
    let failed = outcomes.length - passed + this.#errors
    if (outcomes.length === 0) print('no test was found; in Firefox most specs need PIXY_WHOLE=1')
    if (failed === 0 && (passed === 0 || status !== 'passed')) failed = 1
    for (const project of this.#root?.suites ?? []) print(line(project))
    if (process.env.PIXY_TIMES) print(times(this.#root?.allTests() ?? []).join('\n'))
    if (!engines().webkit) print('webkit      not run: no WebKit was found or could be installed')
    print(`${passed} passed, ${failed} failed`)
    return { status: failed === 0 ? 'passed' : 'failed' }
  }
}

/** Only `passed` counts as passed: a skipped test counts as failed, and so does a flaky one. */
function outcomeOf(test: TestCase): Outcome {
  const outcome = test.outcome()
  if (outcome === 'expected') return 'passed'
  if (outcome === 'flaky') return 'flaky'
  if (outcome === 'unexpected') return 'failed'
  return test.expectedStatus === 'skipped' ? 'skipped' : 'not run'
}

function line(project: Suite): string {
  const outcomes = project.allTests().map(outcomeOf)
  const kinds = [...new Set(outcomes)].map(
    (kind) => `${outcomes.filter((outcome) => outcome === kind).length} ${kind}`,
  )
  return `${project.title.padEnd(12)}${kinds.join(', ')}`
}

/** The projects and files that took longest, with the minutes of their tests. */
function times(tests: readonly TestCase[]): string[] {
  const sums = new Map<string, number>()
  for (const test of tests) {
    const [, project, file] = test.titlePath()
    const ms = test.results.reduce((sum, { duration }) => sum + duration, 0)
    for (const name of [`${project}`, `${project} ${file}`])
      sums.set(name, (sums.get(name) ?? 0) + ms)
  }
  const longest = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, 30)
  return longest.map(([name, ms]) => `${(ms / 60_000).toFixed(1).padStart(6)} min  ${name}`)
}

function title(test: TestCase): string {
  const [, project, , ...names] = test.titlePath()
  const { file, line } = test.location
  return `[${project}] ${relative('.', file)}:${line} › ${names.join(' › ')}`
}

/** The titles of the steps that failed, from the outermost to the innermost. */
function failed(steps: readonly TestStep[]): string[] {
  const own = steps.find(({ category, error }) => category === 'test.step' && error)
  return own ? [own.title, ...failed(own.steps)] : []
}

function explain({ message, value, location, snippet }: TestError): string {
  const where = location && `at ${relative('.', location.file)}:${location.line}`
  return [message ?? value, snippet, where].filter(Boolean).join('\n')
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}

function engines(): Engines {
  return JSON.parse(process.env.PIXY_ENGINES ?? '{}') as Engines
}

function print(text: string): void {
  process.stdout.write(`${stripVTControlCharacters(text)}\n`)
}
