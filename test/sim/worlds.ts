import { seeded } from './time.js'
import type { Load } from './vault.js'
import { World, type Fate, type Piece } from './world.js'

/** The results of many worlds, added up. */
export interface Sum {
  cycles: number
  worlds: number
  /** The last seed. */
  last: number
  presentations: number
  repeats: number
  lossy: Record<string, number>
  faults: Record<string, number>
  deeds: Record<string, number>
  /** The violations, each with the command that repeats it. */
  violations: string[]
}

/** Cycles of one world. They are few, so that a run has many seeds and kinds of server. */
export const cycles = 100

export const nothing = (): Sum => ({
  cycles: 0,
  worlds: 0,
  last: 0,
  presentations: 0,
  repeats: 0,
  lossy: {},
  faults: {},
  deeds: {},
  violations: [],
})

/** The number of tabs for a seed: mostly a few, at times fifty. */
export const tabsOf = (seed: number): number => Math.ceil(50 * seeded(-seed)() ** 8)

export function add<T extends Record<string, number>>(sum: T, more: Readonly<T>): void {
  const all: Record<string, number> = sum
  for (const [name, count] of Object.entries(more)) all[name] = (all[name] ?? 0) + count
}

type Part = Omit<Fate, 'events' | 'trace'> & Pick<Sum, 'worlds' | 'last'>

export function merge(sum: Sum, more: Part): void {
  const { cycles, worlds, last, presentations, repeats } = more
  sum.cycles += cycles
  sum.worlds += worlds
  sum.last = Math.max(sum.last, last)
  sum.presentations += presentations
  sum.repeats += repeats
  add(sum.lossy, more.lossy)
  add(sum.faults, more.faults)
  add(sum.deeds, more.deeds)
  sum.violations.push(...more.violations)
}

/** The parameters of a run of many worlds. */
export interface Rates {
  /** From one seed to the next. */
  readonly step: number
  /** The number of tabs; 0: the seed decides. */
  readonly tabs: number
  /** Violations after which the run ends. */
  readonly most: number
  readonly rate: number
  readonly strikes: number
  readonly without: readonly Piece[]
}

/** Run one world after the other, from a seed on, until there were enough cycles. */
export async function live(
  load: Load,
  enough: number,
  first: number,
  { step = 1, tabs = 0, most = 5, rate = 0.05, strikes = 1, without = [] }: Partial<Rates> = {},
): Promise<Sum> {
  const sum = nothing()
  const { stackTraceLimit } = Error
  const left = without.map((piece) => ` --without ${piece}`).join('')
  const more = rate === 0.05 && strikes === 1 ? left : ` --rate ${rate} --strikes ${strikes}${left}`
  // Nothing reads the stacks of simulated failures, and collecting them takes a tenth of the time.
  Error.stackTraceLimit = 0
  for (let seed = first; sum.cycles < enough && sum.violations.length < most; seed += step) {
    const count = tabs || tabsOf(seed)
    const fate = await new World({ load, seed, tabs: count, cycles, rate, strikes, without }).run()
    const again = `node test/sim/whole.mjs --seed ${seed} --tabs ${count}${more}`
    const violations = fate.violations.slice(0, 1).map((what) => `${what}: ${again}`)
    merge(sum, { ...fate, violations, worlds: 1, last: seed })
  }
  Error.stackTraceLimit = stackTraceLimit
  return sum
}
