export interface Defence {
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  readonly tests: readonly string[]
}
export const defences: readonly Defence[]
export const root: URL
export function without(defence: Defence, source: string): string
export function isUnit(defence: Defence): boolean
