// Writes a table in Markdown: a row for each figure, a column for each library.

/** @typedef {import('./tables.mjs').Figures | { failed: string }} Round */

/**
 * @param {string} title
 * @param {Record<string, Round[]>} rounds by library
 */
export function inMarkdown(title, rounds) {
  const libraries = Object.keys(rounds)
  const rows = new Set(
    Object.values(rounds)
      .flat()
      .flatMap((round) => ('failed' in round ? [] : Object.keys(round))),
  )
  const lines = [['', ...libraries], libraries.concat('').map(() => '---')]
  for (const row of rows)
    lines.push([row, ...libraries.map((library) => cell(rounds[library] ?? [], row))])
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  return `## ${title}\n\n${table}\n${failures(rounds)}`
}

/**
 * The page with each new table in the section of the same title. The other text of the page stays.
 *
 * @param {string} page
 * @param {string[]} tables each with its title
 * @param {string} date
 */
export function withTables(page, tables, date) {
  const table = /^\|.*(?:\n\|.*)*/m
  const sections = page.split(/^(?=## )/m).map((section) => {
    const [title] = section.split('\n', 1)
    const [found] = table.exec(tables.find((one) => one.startsWith(`${title}\n`)) ?? '') ?? []
    return found ? section.replace(table, () => found) : section
  })
  return sections.join('').replace(/(Measured on) [\d-]+/, `$1 ${date}`)
}

/**
 * @param {Round[]} rounds
 * @param {string} row
 */
function cell(rounds, row) {
  const values = rounds
    .flatMap((round) => ('failed' in round ? [] : (round[row] ?? [])))
    .toSorted((a, b) => a - b)
  const [least, middle, most] = [values[0], values[values.length >> 1], values.at(-1)].map(short)
  if (values.some(Number.isNaN)) return 'failed'
  if (middle === undefined) return '–'
  return least === most ? middle : `${middle} (${least}–${most})`
}

/** @param {number | undefined} value */
function short(value) {
  return value?.toFixed(value < 10 && !Number.isInteger(value) ? 1 : 0)
}

/** @param {Record<string, Round[]>} rounds */
function failures(rounds) {
  const lines = Object.entries(rounds).flatMap(([library, list]) => {
    const failed = list.flatMap((round) => ('failed' in round ? [round.failed] : []))
    return failed.length > 0
      ? [`- ${library} failed ${failed.length} of ${list.length} times: ${failed[0]}`]
      : []
  })
  return lines.length > 0 ? `\n${lines.join('\n')}\n` : ''
}
