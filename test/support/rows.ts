import { test } from '@playwright/test'

/** Walk the rows of a table, each a step that begins with its name; a failure says which row it was. */
export async function eachRow<Rest extends unknown[]>(
  rows: readonly (readonly [name: string, ...rest: Rest])[],
  work: (name: string, ...rest: Rest) => Promise<void>,
): Promise<void> {
  for (const [name, ...rest] of rows) await atRow(name, () => work(name, ...rest))
}

/** One of them. A row that hangs ends before its test does, so that it is named, too. */
export async function atRow(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await test.step(name, work, { timeout: 15_000 })
  } catch (error) {
    if (error instanceof Error) {
      error.message = `${name}: ${error.message}`
      error.stack = `${name}: ${error.stack}`
    }
    throw error
  }
}
