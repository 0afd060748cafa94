// Where a snippet of code is in a tree, be it word for word or with other names.
import { all, isNode } from './node.mjs'

/**
 * @typedef {import('./node.mjs').Node} Node
 * @typedef {import('./node.mjs').Value} Value
 *
 * @typedef {Map<string, string>} Renames from `Variable a` or `Name a` to what it is called now
 *
 * @typedef {(before: string, to: Node) => boolean} MayBe whether that name may be what was called so
 * @typedef {{ renames: Renames, mayBe: MayBe }} Known what was found so far, and what else may be
 *
 * @typedef {object} Match
 * @property {Node[]} nodes neighbours in one list; mostly it is one node
 * @property {Renames} renames
 */

/** @param {Node} node */
const isIdentifier = ({ type }) => type === 'Variable' || type === 'Name'

/** A name as {@link Renames} has it. @param {Node} node */
export const keyOf = ({ type, parts }) => `${type} ${parts['name']}`

/** @type {WeakMap<Node, Set<string>>} */
const cache = new WeakMap()

/** Every name in it. @param {Node} node */
export function namesIn(node) {
  const names = cache.get(node) ?? new Set(all(node).filter(isIdentifier).map(keyOf))
  cache.set(node, names)
  return names
}

/**
 * Whether a name is the same, or may have been renamed so: one name for one name, each way.
 *
 * @param {Node} from
 * @param {Node} to
 * @param {Known} known
 */
function isNow(from, to, { renames, mayBe }) {
  const before = keyOf(from)
  const name = String(to.parts['name'])
  const given = renames.get(before)
  if (given !== undefined) return given === name
  const isTaken = [...renames].some(
    ([key, value]) => value === name && key.startsWith(`${to.type} `),
  )
  if (isTaken || (before !== keyOf(to) && !mayBe(before, to))) return false
  renames.set(before, name)
  return true
}

/** The text between `…` and `…` in a regular expression that is given in part. @param {Node | undefined} node */
export function fragmentOf(node) {
  const [, text] = /^…(.*)…$/.exec(String(node?.parts['pattern'])) ?? []
  return text
}

/** @param {Node} part @param {Node} whole */
function isInRegExp(part, whole) {
  const text = fragmentOf(part)
  return text !== undefined && String(whole.parts['pattern']).split(text).length === 2
}

/**
 * @param {Value} from
 * @param {Value} to
 * @param {Known} known
 * @returns {boolean}
 */
function isSame(from, to, known) {
  if (Array.isArray(from))
    return (
      Array.isArray(to) &&
      from.length === to.length &&
      from.every((one, i) => isSame(one, to[i], known))
    )
  if (!isNode(from) || !isNode(to)) return from === to
  if (from.type !== to.type) return false
  if (isIdentifier(from)) return isNow(from, to, known)
  if (isInRegExp(from, to)) return true
  const keys = Object.keys(from.parts)
  return keys.every((key) => isSame(from.parts[key], to.parts[key], known))
}

/**
 * The lists in which a snippet may be some neighbours.
 *
 * @param {Node} node
 * @param {Node[]} snippet
 */
function listsIn(node, [first, ...more]) {
  const { operands, operator } = node.parts
  if (first?.type === 'LogicalExpression' && more.length === 0)
    return operator === first.parts['operator'] ? [operands] : []
  return more.length > 0 ? Object.values(node.parts) : [[node]]
}

/**
 * Every place among these nodes where the snippet stands.
 *
 * @param {Node[]} snippet
 * @param {readonly Node[]} nodes
 * @param {MayBe} mayBe
 * @param {Renames} [learned] names that are known to be others now, or to be the same
 * @returns {Match[]}
 */
export function matches(snippet, nodes, mayBe, learned) {
  const [first] = snippet
  const wanted =
    snippet.length === 1 && first?.type === 'LogicalExpression'
      ? /** @type {Node[]} */ (first.parts['operands'])
      : snippet
  const found = []
  for (const list of nodes.flatMap((node) => listsIn(node, snippet)))
    for (let i = 0; Array.isArray(list) && i + wanted.length <= list.length; i++) {
      const neighbours = /** @type {Node[]} */ (list.slice(i, i + wanted.length))
      /** @type {Renames} */
      const renames = new Map(learned)
      if (isSame(wanted, neighbours, { renames, mayBe })) found.push({ nodes: neighbours, renames })
    }
  return found
}
