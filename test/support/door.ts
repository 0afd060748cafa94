import type { MockServer } from '../../src/testing/index.js'
import type { Tab } from './fixture.js'

/** One call or event that has crossed the door. A value that is not plain data is shown by its type: `a Blob`. */
export interface Passed {
  readonly verb: string
  readonly arguments: unknown[]
  readonly result?: unknown
}

/** What has crossed the door since the page was loaded: all of it, or the calls of one verb. */
export async function passages(app: Tab, verb?: string): Promise<Passed[]> {
  const all = await app.page.evaluate(() => {
    function plain(value: unknown): unknown {
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return value.map(plain)
      const { name } = value.constructor
      if (name !== 'Object') return `a ${name}`
      return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
    }
    return window.passages.map((passage) => plain(passage) as Passed)
  })
  return verb === undefined ? all : all.filter((passage) => passage.verb === verb)
}

/** The places in these calls where a secret of the server is: `verb.arguments`, `verb.result`. */
export function withSecrets(passed: Passed[], { secrets }: MockServer): string[] {
  const holds = (value: unknown): boolean => {
    const text = JSON.stringify(value) ?? ''
    return [...secrets].some((secret) => text.includes(secret))
  }
  return passed.flatMap((one) => [
    ...(holds(one.arguments) ? [`${one.verb}.arguments`] : []),
    ...(holds(one.result) ? [`${one.verb}.result`] : []),
  ])
}

/** The same calls, from the text that a page has stored before it was left. */
export const told = (text: string): Passed[] => JSON.parse(text) as Passed[]
