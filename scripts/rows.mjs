// Makes a table of docs from the tests: the title of a test begins with the numbers of the rows that
// it proves, as in `T5, T6: …`.
import { readFile } from 'node:fs/promises'
import { format } from 'prettier'
import { run } from './run.mjs'

const root = new URL('../', import.meta.url)

/** @type {Record<string, string>} */
const ENGINES = { chromium: 'Chromium', firefox: 'Firefox', unit: 'Node' }

/**
 * One row of a table.
 *
 * @typedef {object} Row
 * @property {number} row its number
 * @property {string} name what fails, or what is tried
 * @property {string} what what the tests say of it, or why there is no test
 * @property {string[]} engines where a test proves it
 * @property {boolean} isOpen whether it has neither a test nor a reason why there is none
 */

/** @typedef {{ rows: string[], what: string, engines: Set<string> }} Proof */
/** @typedef {{ title: string, tests: { projectName: string }[] }} Spec */

/** @type {Promise<Proof[]> | undefined} */
let known

/** All tests that prove a row, of any table. */
function proofs() {
  return (known ??= listed())
}

/** @returns {Promise<Proof[]>} */
async function listed() {
  // The list is the same on every machine: these projects exist whether or not their browser does.
  const env = { PIXY_ENGINES: '{}', PIXY_WHOLE: '', PLAYWRIGHT_JSON_OUTPUT_NAME: '' }
  let output = ''
  const onText = (/** @type {string} */ text) => void (output += text)
  const args = ['playwright', 'test', '--list', '--reporter=json']
  const { code, output: complaint } = await run('npx', args, { cwd: root, env, onText })
  if (code !== 0) throw new Error(`the tests cannot be listed\n\n${complaint}${output}`)
  /** @type {Map<string, Proof>} */
  const found = new Map()
  for (const { title, tests } of JSON.parse(output).suites.flatMap(specsOf)) {
    const [, numbers = '', what = ''] = /^([FT]\d+(?:, [FT]\d+)*): (.*)$/s.exec(title) ?? []
    if (!numbers) continue
    const proof = found.get(title) ?? { rows: numbers.split(', '), what, engines: new Set() }
    for (const { projectName } of tests) {
      const engine = ENGINES[projectName]
      if (engine) proof.engines.add(engine)
    }
    found.set(title, proof)
  }
  return [...found.values()]
}

/**
 * @param {{ specs?: Spec[], suites?: object[] }} suite
 * @returns {Spec[]}
 */
function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)]
}

/**
 * What the tests say of a row, as the text of a cell, and the engines that they run in.
 *
 * @param {Proof[]} all
 * @param {string} row
 */
function provenBy(all, row) {
  const mine = all.filter(({ rows }) => rows.includes(row))
  const engines = Object.values(ENGINES).filter((name) =>
    mine.some(({ engines: own }) => own.has(name)),
  )
  const sentences = mine.map(({ what, engines: own }) =>
    inCell(own.size < engines.length ? `${what} (${[...own].join(', ')})` : what),
  )
  return { what: sentences.join('; '), engines }
}

const NOT_YET = 'not yet'

/**
 * The rows of a table, in order.
 *
 * @param {string} letter the one before the numbers in titles
 * @param {readonly string[]} names
 * @param {Readonly<Record<number, string>>} reasons why a row has no test, by its number
 * @returns {Promise<Row[]>}
 */
export async function rowsOf(letter, names, reasons) {
  const all = await proofs()
  return names.map((name, index) => {
    const row = index + 1
    const { what: proven, engines } = provenBy(all, `${letter}${row}`)
    const what = proven || reasons[row] || NOT_YET
    return { row, name, what, engines, isOpen: what === NOT_YET }
  })
}

/**
 * A page of Markdown that ends in a table.
 *
 * @param {string} letter
 * @param {string} head the page down to the head of the table
 * @param {readonly Row[]} rows
 * @returns {Promise<string>}
 */
export async function pageOf(letter, head, rows) {
  const lines = rows.map(({ row, name, what, engines }) =>
    ['', `${letter}${row}`, name, what, engines.join(', ') || '–', ''].join(' | ').trim(),
  )
  const style = JSON.parse(await readFile(new URL('.prettierrc.json', root), 'utf8'))
  const text = `${head}\n| --- | --- | --- | --- |\n${lines.join('\n')}\n`
  return format(text, { ...style, parser: 'markdown' })
}

/** @param {string} text */
function inCell(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
