// Turns the expressions of a component's markup into code that the rules can change, and back.
import { MARK, MARKUP } from './marks.mjs'

/** @typedef {import('./types.js').Block} Block */
/** @typedef {import('./types.js').Edit} Edit */
/** @typedef {import('./types.js').Expression} Expression */
/** @typedef {typeof import('ts-morph')} Morph */

/** A mark before each expression, which the code of no app contains. @param {number} index */
const markOf = (index) => `/*pixy-auth:${index}*/`

/** @typedef {Expression & { code: string, before: string, after: string }} Wrapped */

/** An expression, or several statements such as those of an event handler, as one statement. @param {Morph['ts']} ts @param {Expression} expression @param {string} whole @returns {Wrapped[]} */
export function wrap(ts, expression, whole) {
  const code = whole.slice(expression.start, expression.end)
  const given = expression.locals.map((names) => `(${names}) => `).join('')
  for (const [open, close] of /** @type {const} */ ([
    ['(', ')'],
    ['{', '}'],
  ])) {
    const [before, after] = [`${given}() => ${open}`, `${close};`]
    const options = { reportDiagnostics: true, fileName: 'a.ts' }
    const { diagnostics = [] } = ts.transpileModule(before + code + after, options)
    if (diagnostics.length === 0) return [{ ...expression, code, before, after }]
  }
  return []
}

/** @param {readonly Wrapped[]} wrapped */
export function markupOf(wrapped) {
  const lines = wrapped.map(
    ({ code, before, after }, index) => `${markOf(index)}${before}${code}${after}\n`,
  )
  return `\nfunction ${MARKUP}() {\n${lines.join('')}${markOf(lines.length)}}`
}

/** The text with the other kind of quotes, if its own quotes would end the attribute. @param {string | undefined} quote @param {string} code @param {string} text */
const within = (quote, code, text) =>
  (quote === '"' || quote === "'") && !code.includes(quote)
    ? text.replaceAll(quote, quote === '"' ? "'" : '"')
    : text

/**
 * The changes in the markup. The markup can use only names of a block with `isShown`.
 *
 * @param {string} markup
 * @param {readonly Wrapped[]} wrapped
 * @param {Block} block
 * @param {string} whole
 * @returns {Edit[]}
 */
export function inMarkup(markup, wrapped, { isShown }, whole) {
  /** @type {Map<string, Edit>} */
  const comments = new Map()
  const edits = wrapped.flatMap(({ start, end, anchor, code, before, after }, index) => {
    const at = markup.indexOf(markOf(index)) + markOf(index).length
    const written = markup.slice(at, markup.indexOf(markOf(index + 1))).trim()
    const from = written.indexOf(before)
    const text = written.slice(from + before.length, -after.length)
    const isOwn = !isShown && /\b(?:userOf|startedUser)\(/.test(text)
    for (const line of written
      .slice(0, from)
      .split('\n')
      .map((one) => one.trim()))
      if (line !== '') addComment(line.replace(/^\/\/ /, ''), anchor)
    if (isOwn) addComment(`${MARK} Give the template \`${text}\` from the script.`, anchor)
    return isOwn || text === code
      ? []
      : [{ start, end, text: within(whole[start - 1], code, text) }]
  })
  return [...[...comments.values()].toReversed(), ...edits]

  /** @param {string} line @param {number} anchor */
  function addComment(line, anchor) {
    const comment = `<!-- ${line} -->`
    const indent = /[ \t]*$/.exec(whole.slice(0, anchor))?.[0] ?? ''
    if (!whole.includes(comment))
      comments.set(line, { start: anchor, end: anchor, text: `${comment}\n${indent}` })
  }
}
