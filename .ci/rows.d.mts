/** One row of a table of promises. */
export interface Row {
  row: number
  /** What fails, or is tried. */
  name: string
  what: string
  engines: string[]
  /** Neither a test nor a reason why there is none. */
  isOpen: boolean
}

/** The rows that tests prove by the numbers in their titles, `letter` before them. */
export function rowsOf(
  letter: string,
  names: readonly string[],
  reasons: Readonly<Record<number, string>>,
): Promise<Row[]>
/** A page of Markdown: `head` down to the table's own, then the rows. */
export function pageOf(letter: string, head: string, rows: readonly Row[]): Promise<string>
