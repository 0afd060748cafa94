// A source without a defence.
import { find, lineOf } from './find.mjs'
import { fragmentOf, namesIn } from './match.mjs'
import { all, isNode } from './node.mjs'
import { readSnippet, renamed } from './snippet.mjs'
import { parse } from './tree.mjs'

/**
 * @typedef {import('./node.mjs').Node} Node
 * @typedef {import('./defences.mjs').Defence} Defence
 * @typedef {import('./search.mjs').Place} Place
 * @typedef {[start: number, end: number, text: string]} Edit
 */

/** @param {Node} node */
const isStatement = ({ type }) => /(Statement|Declaration)$/.test(type)

/** The statement, where an expression is the whole of one. @param {Node} node */
const statementOf = (node) => (node.parent?.type === 'ExpressionStatement' ? node.parent : node)

/** @param {Node[]} nodes @returns {[first: Node, last: Node]} */
function ends(nodes) {
  const [first, last] = [nodes[0], nodes.at(-1)]
  if (!first || !last) throw new Error('it is nothing')
  return [first, last]
}

/** The list that a node is in. @param {Node} node @returns {import('./node.mjs').Value[]} */
const listOf = (node) =>
  Object.values(node.parent?.parts ?? {})
    .filter(Array.isArray)
    .find((list) => list.includes(node)) ?? []

/** A statement, an operand, a member, or an element. @param {Place} place @returns {Edit} */
function remove({ nodes, source }) {
  const [first, last] = ends(nodes)
  const { start } = statementOf(first)
  if (isStatement(statementOf(first))) return [start, statementOf(last).end, ';']
  const list = listOf(first)
  const before = list[list.indexOf(first) - 1]
  const after = list[list.indexOf(last) + 1]
  if (isNode(after)) return [start, after.start, '']
  if (isNode(before)) return [before.end, last.end, '']
  const isOperand = first.parent?.type === 'LogicalExpression'
  if (list.length === 0 || isOperand) throw new Error('it cannot be left out there: replace it')
  const [comma = ''] = /^\s*,/.exec(source.text.slice(last.end)) ?? []
  return [start, last.end + comma.length, '']
}

/** @param {Place} place @param {string} text an expression @returns {Edit} */
function replaceExpression({ nodes }, text) {
  const [{ start, parent }, { end }] = ends(nodes)
  const key = parent?.parts['key']
  const isShort = isNode(key) && key.start === start
  // At the start of a line, parentheses would be taken for those of a call.
  for (let node = parent; node; node = node.parent)
    if (node.type === 'ExpressionStatement' && node.start === start)
      throw new Error('it begins a statement: replace the whole of it')
  const whole = /^\w+$/.test(text) ? text : `(${text})`
  return [start, end, isShort ? `${key.parts['name']}: ${whole}` : whole]
}

/** A test that is red because a name is missing proves nothing. @param {string} text @param {Place} place */
function checkNames(text, { nodes: [first], source }) {
  const used = readSnippet(text).nodes.flatMap(all)
  const own = used.flatMap(({ parts: { params, id } }) => [params, id].flat().filter(isNode))
  const around = first?.home ? [first.home] : []
  const known = [source.outer, ...[...own, ...around].map(namesIn)]
  for (const { type, parts } of used) {
    const name = String(parts['name'])
    const isKnown = known.some((names) => names.has(`Variable ${name}`))
    if (type === 'Variable' && !isKnown && !(name in globalThis))
      throw new Error(`\`with\` has ${name}, which is not there`)
  }
}

/** @param {string} text */
const partIn = (text) => fragmentOf(readSnippet(text).nodes[0])

/** @param {Place} place @param {string} from @param {string} to @returns {Edit} */
function replace(place, from, to) {
  const [first, last] = ends(place.nodes)
  const [part, other] = [partIn(from), partIn(to)]
  if (part !== undefined && other !== undefined) {
    const start = place.source.text.indexOf(part, first.start)
    return [start, start + part.length, other]
  }
  const text = renamed(readSnippet(to), place.renames)
  checkNames(text, place)
  if (/^(Property|SpreadElement)$/.test(first.type)) return [first.start, last.end, text]
  const [before, after] = [statementOf(first), statementOf(last)]
  if (!isStatement(before)) return replaceExpression(place, text)
  return [before.start, after.end, listOf(before).length > 0 ? `;${text};` : `{ ${text} }`]
}

/** @param {Defence} defence @param {Place} place @returns {Edit} */
function toEdit(defence, place) {
  if (defence.remove !== undefined) return remove(place)
  if (defence.replace !== undefined) return replace(place, defence.replace, defence.with ?? '')
  return replaceExpression(place, String(defence.always !== undefined))
}

/**
 * @param {Defence} defence
 * @param {readonly import('./sources.mjs').Source[]} sources
 * @param {import('./search.mjs').Options} [options]
 * @returns {{ file: string, text: string }} the file that the defence is in, without it
 */
export function without(defence, sources, options) {
  const place = find(defence, sources, options)
  const { file, text } = place.source
  try {
    const [start, end, instead] = toEdit(defence, place)
    const mutated = text.slice(0, start) + instead + text.slice(end)
    parse(mutated, file)
    return { file, text: mutated }
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause)
    throw new Error(`“${defence.name}” (${lineOf(place)}): ${message}`, { cause })
  }
}
