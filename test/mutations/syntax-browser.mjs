// The specs in Chromium: first each with no mutant on, to hear which ones it reaches, then in rounds. What
// the tests said is kept beside the results, so that a run can be stopped.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../../scripts/run.mjs'
import { root } from './defences.mjs'
import { Rounds } from './rounds.mjs'

// They show other pages than those that are built here, or take long.
const aside =
  /\/(accessibility|callback-page|demo|doc-|curity|dpop-cost|fuzz|inspector|measure|migrate|readme|script-tag|testing|three-modes|other-backends|single-faults|paired-faults|replayed|your-api|endless|router-recipes|known-providers)/
const pages = 'main,frames,backend,native,react,vue'

/** @param {string} folder @param {string} file @param {string} text @param {string} instead */
function change(folder, file, text, instead) {
  const path = join(folder, file)
  const source = readFileSync(path, 'utf8')
  if (!source.includes(text)) throw new Error(`${file} has no ${text}`)
  writeFileSync(path, source.replaceAll(text, instead))
}

/** Make the tests of a copy turn mutants on, and not wait long for what never comes. @param {string} folder */
function prepare(folder) {
  const line = 'await canaries.listen(context)'
  const more = `await (await import('../mutations/reach.mjs')).watch(context, base.info())`
  change(folder, 'test/support/fixture.ts', line, `${line}\n${more}`)
  change(
    folder,
    'playwright.config.ts',
    'expect: { timeout: 30_000 }',
    'expect: { timeout: 6_000 }',
  )
}

/** @param {string} folder @param {string[]} args @param {Record<string, string>} [env] */
async function playwright(folder, args, env = {}) {
  const command = fileURLToPath(new URL('node_modules/.bin/playwright', root))
  const all = ['test', '--project=chromium', ...args]
  return run(command, all, { limit: 7200, cwd: new URL(`file://${folder}/`), env })
}

/** Every test in Chromium, as `--test-list` takes them. @param {string} folder */
async function everyTitle(folder) {
  const { code, output } = await playwright(folder, ['--list', '--reporter=list'])
  if (code !== 0) throw new Error(output.slice(-2000))
  return output
    .split('\n')
    .map(
      (line) => / *\[chromium\] › (\S+?)(?::\d+)+ › (.*)$/.exec(line)?.slice(1).join(' › ') ?? '',
    )
    .filter((title) => title && !aside.test(title))
}

/**
 * @param {string} folder a copy with all mutants in it
 * @param {string[]} names the mutants to judge
 * @param {string} log what the tests said
 * @param {(name: string, outcome: 'browser' | 'survived', by: string) => void} note
 */
export async function browserStage(folder, names, log, note) {
  prepare(folder)
  /** @type {Set<string>} */
  const killed = new Set()
  const rounds = new Rounds(names, (name, by) => {
    killed.add(name)
    note(name, 'browser', by)
  })
  let read = 0
  const learn = () => {
    if (!existsSync(log)) return
    const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean)
    for (const line of lines.slice(read)) rounds.learn(JSON.parse(line))
    read = lines.length
  }
  learn()
  const [list, assigned] = [join(folder, '.list'), join(folder, '.assigned')]
  const unknown = (await everyTitle(folder)).filter((title) => !rounds.knows(title))
  let next = new Map(unknown.map((title) => [title, /** @type {string[]} */ ([])]))
  if (next.size === 0) next = rounds.next()
  for (let page = pages; next.size > 0; page = '') {
    writeFileSync(list, [...next.keys()].join('\n'))
    writeFileSync(assigned, JSON.stringify(Object.fromEntries(next)))
    const args = ['--test-list', list, '--timeout=15000']
    const reporter = `--reporter=${join(folder, 'test/mutations/reach.mjs')}`
    const env = { PIXY_PAGE: page, PIXY_ASSIGNED: assigned, PIXY_ENDS: log }
    const before = read
    const { output } = await playwright(folder, [...args, reporter], env)
    learn()
    if (read === before) throw new Error(output.slice(-2000))
    console.log(`${next.size} tests run, ${rounds.left.size} mutants left`)
    next = rounds.next()
  }
  for (const name of names)
    if (!killed.has(name))
      note(name, 'survived', `${rounds.passedBy(name)} tests in Chromium reach it`)
}
