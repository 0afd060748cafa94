import type { Row } from './rows.mjs'

export function threats(): Promise<Row[]>
/** `docs/threats.md` as these rows have it. */
export function page(rows: readonly Row[]): Promise<string>
