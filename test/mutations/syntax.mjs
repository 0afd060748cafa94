// node test/mutations/syntax.mjs [--browser[=N]] [--anew] [--specs=a,b] [--slow] [--again] [part of its name]…:
// change the syntax of the vault and the page in one place after another. The compiler must refuse it, or a
// unit spec must fail, or with --browser a spec in Chromium: for N of them, taken at random. With --slow the
// unit specs that fuzz or simulate count too. With --anew every unit test that reaches it judges what survived
// so far; with --specs those of test/unit/a.spec.ts and b.spec.ts alone. What is known is kept outside of the
// project, so that a run can be stopped: PIXY_RESULTS names the file.
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browserStage } from './syntax-browser.mjs'
import { copy } from './copy.mjs'
import { root } from './defences.mjs'
import { equivalent } from './equivalent.mjs'
import { allIn, mutantsOf } from './mutants.mjs'
import { readSources } from './sources.mjs'
import { uncompiled } from './types.mjs'

/**
 * @typedef {import('./mutants.mjs').Mutant} Mutant
 * @typedef {'types' | 'unit' | 'browser' | 'unit survived' | 'survived'} Outcome
 * @typedef {import('./syntax-unit.mjs').Near} Near
 */

// A mutant gets its chance in the quickest tests that reach it, as long as these take, in milliseconds. What
// is judged anew gets it in all of them, so many at a time.
const [enough, atOnce] = [4000, 10_000]
// To find which tests reach which mutant takes longest.
const limits = { reach: 1_200_000, judge: 120_000 }
const words = process.argv.slice(2)
const wanted = words.filter((word) => !word.startsWith('--'))
const isAnew = words.some((word) => /^--(specs=|anew)/.test(word))
const isBrowser = words.some((word) => word.startsWith('--browser'))
const sample = Number(/^--browser=(\d+)$/m.exec(words.join('\n'))?.[1] ?? Infinity)
const log = process.env['PIXY_RESULTS'] ?? join(tmpdir(), 'pixy-syntax')
// What each test in Chromium said.
const ends = `${log}-ends`

/** What is known from before. @returns {Map<string, Outcome>} */
function known() {
  if (words.includes('--again')) for (const file of [log, ends]) rmSync(file, { force: true })
  const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []
  return new Map(
    lines.map((line) => {
      const [outcome, name] = line.split('\t')
      return [name ?? '', /** @type {Outcome} */ (outcome)]
    }),
  )
}

const outcomes = known()

/** @param {string} name @param {Outcome} outcome @param {string} by */
function note(name, outcome, by) {
  outcomes.set(name, outcome)
  appendFileSync(log, `${outcome}\t${name}\t${by}\n`)
}

const sources = readSources(root).filter(({ file }) => /^src\/(vault|page)\//.test(file))
const all = sources.map((source) => ({ source, mutants: mutantsOf(source) }))
const mutants = all
  .flatMap(({ mutants }) => mutants)
  .filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))

async function typesStage() {
  const left = mutants.filter(({ name }) => !outcomes.has(name))
  if (left.length === 0) return
  for (const [name, message] of await uncompiled(left)) note(name, 'types', message)
}

/** A process of its own, ready. @param {string} cwd */
async function unitProcess(cwd) {
  const child = fork(new URL('syntax-unit.mjs', import.meta.url), words, { cwd })
  /** @param {number} [limit] @returns {Promise<unknown>} */
  const answer = (limit = limits.reach) =>
    new Promise((resolve) => {
      const end = (/** @type {unknown} */ value) => {
        clearTimeout(timer)
        child.off('message', end).off('exit', dies)
        resolve(value)
      }
      const dies = () => end('dies')
      const timer = setTimeout(() => {
        child.kill('SIGKILL')
        end('goes on for ever')
      }, limit)
      child.once('message', end)
      child.once('exit', dies)
    })
  await answer()
  /** @param {{ mutant?: string, near?: Near[] }} given */
  const ask = (given) => {
    child.send(given)
    return answer(given.mutant ? limits.judge : limits.reach)
  }
  return { ask, isAlive: () => child.connected && !child.killed, end: () => child.kill() }
}

/** @param {Near[]} near in order @returns {Near[][]} those of each turn */
function turnsOf(near) {
  let sum = 0
  if (!isAnew) return [near.filter(({ time }, at) => (sum += time) < enough || at < 6)]
  /** @type {Near[][]} */
  const turns = []
  for (const test of near) (turns[Math.floor((sum += test.time) / atOnce)] ??= []).push(test)
  return turns.filter(Boolean)
}

/** By the unit specs, two at a time. @param {string} folder a copy with all mutants in it */
async function unitStage(folder) {
  const left = mutants.filter(
    ({ name }) => !outcomes.has(name) || (isAnew && outcomes.get(name) === 'unit survived'),
  )
  if (left.length === 0) return
  const first = await unitProcess(folder)
  const reached = /** @type {Record<string, Near[]>} */ (await first.ask({}))
  const work = async (/** @type {Awaited<ReturnType<typeof unitProcess>>} */ given) => {
    let child = given
    for (let mutant = left.shift(); mutant; mutant = left.shift()) {
      const near = reached[mutant.name] ?? []
      let by = ''
      for (const turn of turnsOf(near)) {
        if (!child.isAlive()) child = await unitProcess(folder)
        by = String(await child.ask({ mutant: mutant.name, near: turn }))
        if (by) break
      }
      note(mutant.name, by ? 'unit' : 'unit survived', by || `${near.length} tests reach it`)
    }
    child.end()
  }
  await Promise.all([work(first), work(await unitProcess(folder))])
}

/** In an order that has nothing to do with them, so that the first are a fair sample. @param {Mutant[]} left */
const sampled = (left) =>
  left
    .map(({ name }) => name)
    .toSorted((one, other) => hash(one).localeCompare(hash(other)))
    .slice(0, sample)

const hash = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex')

function report() {
  const survivors = mutants.filter(({ name }) => /survived/.test(outcomes.get(name) ?? ''))
  for (const { name } of survivors) {
    const reason = equivalent[name]
    console.log(`${reason ? 'SAME' : outcomes.get(name)}  ${name}  ${reason ?? ''}`)
  }
  const count = (/** @type {Outcome} */ outcome) =>
    mutants.filter(({ name }) => outcomes.get(name) === outcome).length
  console.log(
    `${mutants.length} mutants: the compiler refuses ${count('types')}, unit specs kill ` +
      `${count('unit')}, browser specs ${count('browser')}; ${survivors.length} survive`,
  )
}

await typesStage()
const folder = await copy()
try {
  for (const { source, mutants: here } of all)
    writeFileSync(join(folder, source.file), allIn(source, here))
  await unitStage(folder)
  const left = mutants.filter(
    ({ name }) => outcomes.get(name) === 'unit survived' && !equivalent[name],
  )
  if (isBrowser && left.length > 0) await browserStage(folder, sampled(left), ends, note)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
report()
process.exit()
