// The specs in Chromium, in rounds: in each one every test has one mutant on. A test that passes also tells
// which mutants it reaches, so that the next rounds give it one of these.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../scripts/run.mjs'
import { root } from './defences.mjs'
import { nearest } from './nearest.mjs'

/**
 * @typedef {object} End of a test
 * @property {string} title as `--test-list` takes it
 * @property {string} mutant that was on, '' for none
 * @property {boolean} isRed
 * @property {string[]} reached
 */

// A mutant survives that this many tests reach without notice. In one round it is on in two of them.
const [most, atOnce] = [10, 2]

/** Make the fixture of a copy turn mutants on. @param {string} folder */
function prepare(folder) {
  const path = join(folder, 'test/support/fixture.ts')
  const source = readFileSync(path, 'utf8')
  const line = 'await canaries.listen(context)'
  if (!source.includes(line)) throw new Error(`test/support/fixture.ts has no ${line}`)
  const more = `await (await import('../mutations/reach.mjs')).watch(context, base.info())`
  writeFileSync(path, source.replaceAll(line, `${line}\n${more}`))
}

/** @param {string} folder @param {string[]} args @param {Record<string, string>} env */
async function playwright(folder, args, env) {
  const command = fileURLToPath(new URL('node_modules/.bin/playwright', root))
  const all = ['test', '--project=chromium', '--workers=1', ...args]
  return run(command, all, { limit: 3600, cwd: new URL(`file://${folder}/`), env })
}

/** Judges tests with mutants, whatever has been learned of them. */
class Rounds {
  /** @type {Map<string, Set<string>>} */
  reached = new Map()
  /** @type {Map<string, Set<string>>} the mutants that a test has had on */
  had = new Map()
  /** @type {Map<string, number>} by mutant, the tests that reached it and did not notice */
  passed = new Map()
  /** @type {Set<string>} green where no mutant is on */
  sound = new Set()
  /** @type {Map<string, string>} what a test has killed that has not been seen green: by the test */
  doubtful = new Map()
  /** @type {Set<string>} */
  broken = new Set()

  /** @param {Set<string>} left the mutants to judge */
  constructor(left) {
    this.left = left
  }

  /** Whether a test may tell of a mutant. @param {string} title @param {string} mutant */
  mayTell(title, mutant) {
    if (this.had.get(title)?.has(mutant)) return false
    const reached = this.reached.get(title)
    if (reached) return reached.has(mutant)
    const [file = ''] = mutant.split(' ')
    return nearest(file).some((spec) => title.startsWith(spec))
  }

  /** Which mutant each test has on next. @param {string[]} titles @returns {[string, string][]} */
  assign(titles) {
    const taken = new Map()
    return titles.flatMap((title) => {
      if (this.broken.has(title)) return []
      if (this.doubtful.has(title)) return [[title, '']]
      const [best] = [...this.left]
        .filter((mutant) => this.mayTell(title, mutant))
        .filter((mutant) => (taken.get(mutant) ?? 0) < atOnce)
        .toSorted((one, other) => (taken.get(one) ?? 0) - (taken.get(other) ?? 0))
      if (!best) return []
      taken.set(best, (taken.get(best) ?? 0) + 1)
      return [[title, best]]
    })
  }

  /** @param {End} end @param {(name: string, by: string) => void} kill @param {(name: string) => void} spare */
  learn({ title, mutant, isRed, reached }, kill, spare) {
    if (!mutant) {
      const killed = this.doubtful.get(title)
      this.doubtful.delete(title)
      if (isRed) return void this.broken.add(title)
      this.sound.add(title)
      if (killed && this.left.delete(killed)) kill(killed, title)
      return
    }
    this.had.set(title, (this.had.get(title) ?? new Set()).add(mutant))
    if (isRed) {
      if (!this.sound.has(title)) return void this.doubtful.set(title, mutant)
      if (this.left.delete(mutant)) kill(mutant, title)
      return
    }
    this.sound.add(title)
    this.reached.set(title, new Set([...(this.reached.get(title) ?? []), ...reached]))
    if (!reached.includes(mutant)) return
    this.passed.set(mutant, (this.passed.get(mutant) ?? 0) + 1)
    if ((this.passed.get(mutant) ?? 0) >= most && this.left.delete(mutant)) spare(mutant)
  }
}

/** The tests near a set of mutants. @param {string} folder @param {Set<string>} mutants */
async function titlesNear(folder, mutants) {
  const files = new Set([...mutants].flatMap((name) => nearest(name.split(' ')[0] ?? '')))
  const { output } = await playwright(folder, ['--list', '--reporter=list', ...files], {})
  return output
    .split('\n')
    .map(
      (line) => / *\[chromium\] › (\S+?)(?::\d+)+ › (.*)$/.exec(line)?.slice(1).join(' › ') ?? '',
    )
    .filter(Boolean)
}

/**
 * @param {string} folder a copy with all mutants in it
 * @param {string[]} names the mutants to judge
 * @param {(name: string, outcome: 'browser' | 'survived', by: string) => void} note
 */
export async function browserStage(folder, names, note) {
  prepare(folder)
  const left = new Set(names)
  const rounds = new Rounds(left)
  const titles = await titlesNear(folder, left)
  const [list, ends, assigned] = ['list', 'ends', 'assigned'].map((name) =>
    join(folder, `.${name}`),
  )
  if (!list || !ends || !assigned) return
  for (let page = 'main'; left.size > 0; page = '') {
    const pairs = rounds.assign(titles)
    if (pairs.length === 0) break
    writeFileSync(list, pairs.map(([title]) => title).join('\n'))
    writeFileSync(assigned, JSON.stringify(Object.fromEntries(pairs)))
    rmSync(ends, { force: true })
    const reporter = `--reporter=${join(folder, 'test/mutations/reach.mjs')}`
    const env = { PIXY_PAGE: page, PIXY_ASSIGNED: assigned, PIXY_ENDS: ends }
    const { output } = await playwright(folder, ['--test-list', list, reporter], env)
    if (!existsSync(ends)) throw new Error(output.slice(-2000))
    for (const line of readFileSync(ends, 'utf8').split('\n').filter(Boolean))
      rounds.learn(
        JSON.parse(line),
        (name, by) => note(name, 'browser', by),
        (name) => note(name, 'survived', `${most} tests in Chromium reach it`),
      )
    console.log(`${pairs.length} tests run, ${left.size} mutants left`)
  }
  for (const name of left)
    note(name, 'survived', `${rounds.passed.get(name) ?? 0} tests in Chromium reach it`)
}
