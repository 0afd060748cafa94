/** One row of the fault matrix. */
export interface Row {
  row: number
  fault: string
  what: string
  engines: string[]
  /** Neither a test nor a reason why there is none. */
  isOpen: boolean
}

export function faults(): Promise<Row[]>
/** `docs/faults.md` as these rows have it. */
export function page(rows: readonly Row[]): Promise<string>
