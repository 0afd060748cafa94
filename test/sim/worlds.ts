import { seeded } from './time.js'
import type { Load } from './vault.js'
import { World, type Fate } from './world.js'

/** The results of many worlds, added up. */
export interface Sum {
  cycles: number
  worlds: number
  presentations: number
  repeats: number
  lossy: Record<string, number>
  faults: Record<string, number>
  /** What must never happen, each with the command that repeats it. */
  violations: string[]
}

/** Cycles of one world. They are few, so that a run has many seeds and kinds of server. */
export const cycles = 100

export const nothing = (): Sum => ({
  cycles: 0,
  worlds: 0,
  presentations: 0,
  repeats: 0,
  lossy: {},
  faults: {},
  violations: [],
})

/** The number of tabs for a seed: mostly a few, at times fifty. */
export const tabsOf = (seed: number): number => Math.ceil(50 * seeded(-seed)() ** 8)

export function add<T extends Record<string, number>>(sum: T, more: Readonly<T>): void {
  const all: Record<string, number> = sum
  for (const [name, count] of Object.entries(more)) all[name] = (all[name] ?? 0) + count
}

export function merge(sum: Sum, more: Omit<Fate, 'events' | 'trace'> & { worlds: number }): void {
  const { cycles, worlds, presentations, repeats } = more
  sum.cycles += cycles
  sum.worlds += worlds
  sum.presentations += presentations
  sum.repeats += repeats
  add(sum.lossy, more.lossy)
  add(sum.faults, more.faults)
  sum.violations.push(...more.violations)
}

/** Run one world after the other, from a seed on, until there were enough cycles. */
export async function live(
  load: Load,
  enough: number,
  first: number,
  { step = 1, tabs = 0, most = 5 } = {},
): Promise<Sum> {
  const sum = nothing()
  const { stackTraceLimit } = Error
  // Stacks of simulated failures are not used, and to collect them takes a tenth of the time.
  Error.stackTraceLimit = 0
  for (let seed = first; sum.cycles < enough && sum.violations.length < most; seed += step) {
    const count = tabs || tabsOf(seed)
    const fate = await new World({ load, seed, tabs: count, cycles }).run()
    const again = `node test/sim/whole.mjs --seed ${seed} --tabs ${count}`
    const violations = fate.violations.slice(0, 1).map((what) => `${what}: ${again}`)
    merge(sum, { ...fate, violations, worlds: 1 })
  }
  Error.stackTraceLimit = stackTraceLimit
  return sum
}
