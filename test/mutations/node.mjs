// The nodes of a tree, and which function each is in.

/**
 * @typedef {Node | Value[] | string | number | boolean | null | undefined} Value
 *
 * @typedef {object} Node
 * @property {string} type as ESTree has it, but `Variable` and `Name` (of a property) for `Identifier`
 * @property {number} start where it is in the text, parentheses and type assertions included
 * @property {number} end
 * @property {number} at where its first word is
 * @property {Record<string, Value>} parts
 * @property {Node} [parent]
 * @property {string[]} path the names of the functions that it is in, from the outermost; or of the
 *   module's constant
 * @property {Node | undefined} home the outermost of these
 */

/** @param {unknown} value @returns {value is Node} */
export const isNode = (value) => typeof value === 'object' && value !== null && 'parts' in value

/** @param {Node} node @returns {Node[]} */
export const childrenOf = ({ parts }) => Object.values(parts).flat(2).filter(isNode)

/** The node, and all that is in it. @param {Node} node @returns {Node[]} */
export const all = (node) => [node, ...childrenOf(node).flatMap(all)]

/** @param {Value} part */
const nameOf = (part) => (isNode(part) ? part.parts['name'] : undefined)

/** The name of a function, a class, or a constant of the module. @param {Node} node @returns {Value} */
function titleOf({ type, parts, parent }) {
  const { id, key, value, init, left, right } = parts
  if (/^(Function|Class)(Declaration|Expression)$/.test(type)) return nameOf(id)
  const isFunction = [value, init, right].some((part) => isNode(part) && /Func/.test(part.type))
  if (type === 'VariableDeclarator')
    return isFunction || parent?.parent?.type === 'Program' ? nameOf(id) : undefined
  if (!isFunction) return undefined
  return type === 'AssignmentExpression' && isNode(left)
    ? nameOf(left.parts['property'])
    : nameOf(key)
}

/** Tell every node below which function it is in. @param {Node} node */
export function settle(node) {
  const title = titleOf(node)
  if (typeof title === 'string') {
    node.path = [...node.path, title]
    node.home ??= node
  }
  for (const child of childrenOf(node)) {
    Object.assign(child, { parent: node, path: node.path, home: node.home })
    settle(child)
  }
}
