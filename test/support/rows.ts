import { test } from '@playwright/test'

/** Walk the rows of a table, each a step with the row's name; a failure says which row it was. */
export async function eachRow<Rest extends unknown[]>(
  rows: readonly (readonly [name: string, ...rest: Rest])[],
  work: (name: string, ...rest: Rest) => Promise<void>,
): Promise<void> {
  for (const [name, ...rest] of rows) await atRow(name, () => work(name, ...rest))
}

/** One row. A row that hangs ends before its test does, so that the failure names it. */
export async function atRow(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await test.step(name, work, { timeout: test.info().timeout / 2 })
  } catch (error) {
    if (error instanceof Error) {
      error.message = `${name}: ${error.message}`
      error.stack = `${name}: ${error.stack}`
    }
    throw error
  }
}
