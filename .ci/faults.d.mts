import type { Row } from './rows.mjs'

export function faults(): Promise<Row[]>
/** `docs/faults.md` as these rows have it. */
export function page(rows: readonly Row[]): Promise<string>
