import { test } from '@playwright/test'

/** Walk the rows of a table, each a step that begins with its name; a failure says which row it was. */
export async function eachRow<Row extends readonly [name: string, ...rest: unknown[]]>(
  rows: readonly Row[],
  work: (...row: Row) => Promise<void>,
): Promise<void> {
  for (const row of rows) await atRow(row[0], () => work(...row))
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
