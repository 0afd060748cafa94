/** A test that proves rows: `F46`, `T1`. */
export interface Proof {
  readonly rows: readonly string[]
  readonly what: string
  readonly engines: ReadonlySet<string>
}

/** All that the suite has; asked for once. */
export function proofs(): Promise<Proof[]>
/** What the tests say of a row, as text for a table's cell, and the engines in which they do. */
export function provenBy(all: readonly Proof[], row: string): { what: string; engines: string[] }
