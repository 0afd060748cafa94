// The rows of a table of promises, and the tests whose titles begin with their numbers: `T5, T6: …`.
import { readFile } from 'node:fs/promises'
import { format } from 'prettier'
import { run } from './run.mjs'

const root = new URL('../', import.meta.url)

/** @type {Record<string, string>} */
const ENGINES = { chromium: 'Chromium', firefox: 'Firefox', unit: 'Node' }

/** @typedef {{ rows: string[], what: string, engines: Set<string> }} Proof */
/** @typedef {{ title: string, tests: { projectName: string }[] }} Spec */

/** @type {Promise<Proof[]> | undefined} */
let known

/** The tests that prove rows, whatever their letter. */
function proofs() {
  return (known ??= listed())
}

/** @returns {Promise<Proof[]>} */
async function listed() {
  // Which browsers this machine has does not matter: the projects of these names are always there.
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
 * What the tests say of a row, as text for a cell, and the engines in which they do.
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

/** The rows of a table in order. @type {typeof import('./rows.mjs').rowsOf} */
export async function rowsOf(letter, names, reasons) {
  const all = await proofs()
  return names.map((name, index) => {
    const row = index + 1
    const { what: proven, engines } = provenBy(all, `${letter}${row}`)
    const what = proven || reasons[row] || NOT_YET
    return { row, name, what, engines, isOpen: what === NOT_YET }
  })
}

/** The page of a table. @type {typeof import('./rows.mjs').pageOf} */
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
