// A piece of code as a list of defences gives it: an expression, statements, or members of an object.
import { keyOf } from './match.mjs'
import { all, childrenOf, isNode } from './node.mjs'
import { parse } from './tree.mjs'

/**
 * @typedef {import('./node.mjs').Node} Node
 *
 * @typedef {object} Snippet
 * @property {string} text
 * @property {Node[]} nodes
 * @property {number} offset what the text is behind of where its nodes say that they are
 */

/** What to put around a text, and which part of which node it is then. */
const readings = /** @type {const} */ ([
  ['async () => (', ')', 'ArrowFunctionExpression', 'body'],
  ['async () => {', '}', 'BlockStatement', 'body'],
  ['({', '})', 'ObjectExpression', 'properties'],
])

/** @param {string} text @param {typeof readings[number]} reading @returns {Snippet | undefined} */
function read(text, [before, after, type, key]) {
  try {
    const whole = all(parse(`${before}${text}\n${after}`)).find((node) => node.type === type)
    const nodes = [whole?.parts[key]].flat().filter(isNode)
    // What looks like a label is a member: `redirect: mode`.
    if (nodes.length === 0 || nodes[0]?.type === 'LabeledStatement') return undefined
    return { text, nodes, offset: before.length }
  } catch {
    return undefined
  }
}

/** @param {string} text @returns {Snippet} */
export function readSnippet(text) {
  for (const reading of readings) {
    const snippet = read(text, reading)
    if (snippet) return snippet
  }
  throw new SyntaxError(`No expression, statement or member of an object: ${text}`)
}

/** @param {Node} node @param {import('./match.mjs').Renames} renames */
const newName = (node, renames) => renames.get(keyOf(node)) ?? String(node.parts['name'])

/**
 * What a node is to be replaced by, where that differs from what it is.
 *
 * @param {Node} node
 * @param {import('./match.mjs').Renames} renames
 * @returns {[start: number, end: number, text: string][]}
 */
function edits(node, renames) {
  const { type, at, parts } = node
  if (type === 'Variable' || type === 'Name')
    return [[at, at + String(parts['name']).length, newName(node, renames)]]
  const { key, value } = parts
  const inner = childrenOf(node)
  // `{ a }`, which may have to become `{ a: b }`.
  if (!isNode(key) || !isNode(value) || key.start !== value.start)
    return inner.flatMap((child) => edits(child, renames))
  const [[from = 0, to = 0, name = ''] = [], ...more] = edits(value, renames)
  const property = newName(key, renames)
  return [[from, to, property === name ? name : `${property}: ${name}`], ...more]
}

/**
 * The text of a snippet in other names.
 *
 * @param {Snippet} snippet
 * @param {import('./match.mjs').Renames} renames
 */
export function renamed({ text, nodes, offset }, renames) {
  const sorted = nodes.flatMap((node) => edits(node, renames)).toSorted(([a], [b]) => b - a)
  return sorted.reduce(
    (done, [start, end, name]) => done.slice(0, start - offset) + name + done.slice(end - offset),
    text,
  )
}
