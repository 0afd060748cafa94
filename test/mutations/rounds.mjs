// Which tests have which mutants on next. A test that passes with a few on passes with each of them; one
// that fails has them on again, one by one.
import { createHash } from 'node:crypto'
import { nearest } from './nearest.mjs'

/**
 * @typedef {object} End of a test
 * @property {string} title as `--test-list` takes it
 * @property {string[]} mutants that were on
 * @property {boolean} isRed
 * @property {number} time in milliseconds
 * @property {string[]} reached the mutants that it reaches, if none was on
 */

// A mutant survives that this many tests reach without notice. In one round it is on in a few of them.
const most = 10
const [testsAtOnce, mutantsAtOnce] = [3, 4]
// Slower tests take too long for what they tell.
const limit = 5000

const hash = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex')

export class Rounds {
  /** @type {Map<string, Set<string>>} by test that is green with no mutant on, what it reaches */
  #reached = new Map()
  /** @type {Set<string>} the tests that were run with no mutant on */
  #known = new Set()
  /** @type {Map<string, Set<string>>} by test, the mutants that it has had on */
  #had = new Map()
  /** @type {Map<string, number>} by mutant, the tests that reached it and did not notice */
  #passed = new Map()
  /** @type {[string, string][]} a test that failed with this mutant and others on */
  #doubts = []
  /** @type {(mutant: string, test: string) => void} */
  #kill
  /** @type {Set<string>} the mutants to judge */
  left

  /** @param {Iterable<string>} mutants @param {(mutant: string, test: string) => void} kill */
  constructor(mutants, kill) {
    this.left = new Set(mutants)
    this.#kill = kill
  }

  /** @param {string} mutant */
  passedBy(mutant) {
    return this.#passed.get(mutant) ?? 0
  }

  /** Whether it was run with no mutant on. @param {string} title */
  knows(title) {
    return this.#known.has(title)
  }

  /** The tests that may tell of a mutant, those of its own specs first. @param {string} mutant */
  #testsFor(mutant) {
    const near = nearest(mutant.split(' ')[0] ?? '')
    const rank = (/** @type {string} */ title) =>
      (near.some((spec) => title.startsWith(spec)) ? '0' : '1') + hash(title + mutant)
    return [...this.#reached]
      .filter(([title, reached]) => reached.has(mutant) && !this.#had.get(title)?.has(mutant))
      .map(([title]) => ({ title, rank: rank(title) }))
      .toSorted((one, other) => one.rank.localeCompare(other.rank))
      .map(({ title }) => title)
  }

  /** What each test has on next. @returns {Map<string, string[]>} by the title of the test */
  next() {
    /** @type {Map<string, string[]>} */
    const next = new Map()
    this.#doubts = this.#doubts.filter(([title, mutant]) => {
      if (!this.left.has(mutant)) return false
      if (!next.has(title)) next.set(title, [mutant])
      return true
    })
    const taken = new Set(next.keys())
    for (const mutant of this.left) {
      const free = this.#testsFor(mutant).filter(
        (title) => !taken.has(title) && (next.get(title)?.length ?? 0) < mutantsAtOnce,
      )
      for (const title of free.slice(0, testsAtOnce))
        next.set(title, [...(next.get(title) ?? []), mutant])
    }
    return next
  }

  /** @param {End} end */
  learn({ title, mutants, isRed, time, reached }) {
    if (mutants.length === 0) {
      this.#known.add(title)
      if (!isRed && time < limit) this.#reached.set(title, new Set(reached))
      return
    }
    const had = this.#had.get(title) ?? new Set()
    this.#had.set(title, had)
    for (const mutant of mutants) had.add(mutant)
    this.#doubts = this.#doubts.filter(
      ([one, mutant]) => one !== title || !mutants.includes(mutant),
    )
    if (!isRed) for (const mutant of mutants) this.#passed.set(mutant, this.passedBy(mutant) + 1)
    else if (mutants.length > 1) for (const mutant of mutants) this.#doubts.push([title, mutant])
    else if (this.left.delete(mutants[0] ?? '')) this.#kill(mutants[0] ?? '', title)
    for (const mutant of mutants) if (this.passedBy(mutant) >= most) this.left.delete(mutant)
  }
}
