// Writes a page of tables. Tests prove each row: their titles begin with its number, such as `T5, T6: …`.
import { readFile, writeFile } from 'node:fs/promises'
import { format } from 'prettier'
import { enginesOf, listed } from './listed.mjs'

const root = new URL('../', import.meta.url)

/** The most characters of a cell. */
const WIDEST = 90

/**
 * @typedef {object} Row
 * @property {string} number `F12`
 * @property {string} name what fails, or what an attacker tries
 * @property {string} [happens] what happens then, in one line of the table
 * @property {string[]} [details] sentences that stand below the table
 * @property {string} [reason] why no test proves the row; in place of `happens`
 *
 * @typedef {object} Page
 * @property {string} letter the first letter of the numbers of its rows
 * @property {string} rows the file of its rows
 * @property {string} file the page itself
 * @property {string} head the text above the tables
 * @property {[name: string, happens: string]} columns
 *
 * @typedef {{ heading: string, rows: Row[] }} Section
 * @typedef {import('./listed.mjs').Test} Test
 */

/** Write the page. @param {Page} page */
export async function write(page) {
  await writeFile(new URL(page.file, root), await textOf(page))
}

/**
 * The text that the page should have.
 *
 * @param {Page} page
 * @throws Error that names each row that is wrong
 */
export async function textOf({ letter, rows: file, head, columns }) {
  /** @type {Section[]} */
  const sections = JSON.parse(await readFile(new URL(file, root), 'utf8'))
  const tests = await listed()
  const rows = sections.flatMap(({ rows }) => rows)
  const problems = problemsOf(letter, rows, tests)
  if (problems.length > 0) throw new Error([`${file}:`, ...problems].join('\n'))
  const parts = sections.map((section) => markdownOf(section, columns, tests))
  const style = JSON.parse(await readFile(new URL('.prettierrc.json', root), 'utf8'))
  const text = [head, ...parts].join('\n\n')
  return format(text, { ...style, parser: 'markdown', proseWrap: 'always' })
}

/**
 * A message for each row with a sentence but no test, with neither test nor reason, and for each number without a row.
 *
 * @param {string} letter
 * @param {Row[]} rows
 * @param {Test[]} tests
 */
export function problemsOf(letter, rows, tests) {
  const named = new Set(tests.flatMap(({ title }) => numbersIn(title)))
  const numbers = new Set(rows.map(({ number }) => number))
  const unknown = [...named].filter((it) => it.startsWith(letter) && !numbers.has(it))
  const odd = tests.filter(({ title }) => /^[FT]\d/.test(title) && numbersIn(title).length === 0)
  return [
    ...rows.flatMap((row, index) =>
      problemsIn(row, `${letter}${index + 1}`, named.has(row.number)),
    ),
    ...unknown.map((number) => `${number}: a test names it, and no row has it`),
    ...odd.map(({ title }) => `“${title}”: a title begins like “F1, T2: ”`),
  ]
}

/**
 * @param {Row} row
 * @param {string} expected
 * @param {boolean} isProven
 */
function problemsIn({ number, happens, details, reason }, expected, isProven) {
  const problems = []
  if (number !== expected) problems.push(`${number}: ${expected} belongs in its place`)
  if (isProven && (!happens || reason))
    problems.push(`${number}: tests name it, so it needs "happens" and no "reason"`)
  if (!isProven && (!reason || happens || details))
    problems.push(`${number}: no test names it, so it needs a "reason" and nothing else`)
  if (happens && happens.length > WIDEST)
    problems.push(
      `${number}: "happens" is longer than ${WIDEST} characters; "details" may hold the rest`,
    )
  return problems
}

/** The numbers that a title begins with. @param {string} title */
function numbersIn(title) {
  const [, numbers] = /^([FT]\d+(?:, [FT]\d+)*): /.exec(title) ?? []
  return numbers?.split(', ') ?? []
}

/**
 * @param {Section} section
 * @param {Page['columns']} columns
 * @param {Test[]} tests
 */
function markdownOf({ heading, rows }, columns, tests) {
  const lines = rows.map(({ number, name, happens, reason }) => {
    const engines = enginesOf(tests.filter(({ title }) => numbersIn(title).includes(number)))
    return `| ${number} | ${name} | ${happens ?? reason} | ${engines.join(', ') || '–'} |`
  })
  const table = [`| | ${columns.join(' | ')} | proven in |`, '| --- | --- | --- | --- |', ...lines]
  const below = rows
    .filter(({ details }) => details)
    .map(({ number, name, details = [] }) => `- **${number}: ${name}.** ${details.join(' ')}`)
  const details = below.length > 0 ? folded(below.join('\n')) : ''
  return [`## ${heading}`, table.join('\n'), details].join('\n\n')
}

/** Text that the reader can open, so that the table alone can be read in a minute. @param {string} text */
const folded = (text) => `<details><summary>Details</summary>\n\n${text}\n\n</details>`
