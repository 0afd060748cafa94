/** One row of the threat table. */
export interface Row {
  row: number
  threat: string
  what: string
  engines: string[]
  /** Neither a test nor a reason why there is none. */
  isOpen: boolean
}

export function threats(): Promise<Row[]>
/** `docs/threats.md` as these rows have it. */
export function page(rows: readonly Row[]): Promise<string>
