// Source text as a tree of what runs: types, parentheses, comments and formatting are not in it.
import { parseSync } from 'rolldown/utils'
import { settle } from './node.mjs'

/**
 * @typedef {import('./node.mjs').Node} Node
 * @typedef {import('./node.mjs').Value} Value
 * @typedef {{ type: string, start: number, end: number, [key: string]: any }} Raw as the parser gives it
 */

const wrappers = new Set([
  'ParenthesizedExpression',
  'ChainExpression',
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
])

// What two spellings of the same may differ in.
const spelling = new Set(['type', 'start', 'end', 'raw', 'shorthand', 'directive'])
// What is there for the compiler alone.
const typing = /^(type[A-Z]|return[A-Z]|declare$|definite$|decorators$|accessibility$|importKind$)/

/** @param {any} raw */
const isRaw = (raw) => typeof raw?.type === 'string'

/** Whether it names a property or a label, not a variable. @param {Raw} parent @param {string} key */
const isName = ({ type, computed }, key) =>
  key === 'key' || key === 'property'
    ? !computed
    : /^(imported|exported|label)$/.test(key) || type === 'MetaProperty'

/** All operands of `a && b && c`. @param {Raw} raw @returns {Raw[]} */
function operandsOf({ left, right, operator }) {
  const isSame = left.type === 'LogicalExpression' && left.operator === operator
  return [...(isSame ? operandsOf(left) : [left]), right]
}

/** Braces around one statement make no difference. @param {Raw} raw @param {string} key */
function withoutBraces(raw, key) {
  const { type, body } = raw[key] ?? {}
  const isBody = /^(If|For|ForOf|ForIn|While)Statement$/.test(raw.type) && key !== 'test'
  const isOne = type === 'BlockStatement' && body.length === 1
  return isBody && isOne && !/Declaration/.test(body[0].type) ? body[0] : raw[key]
}

/** @param {Raw} raw @param {string} key */
function isPart(raw, key) {
  if (spelling.has(key) || typing.test(key)) return false
  if (key === 'optional') return /^(Member|Call)Expression$/.test(raw.type)
  return key !== 'expression' || isRaw(raw[key])
}

/** @param {Raw} raw @returns {Record<string, unknown>} */
function partsOf(raw) {
  if (raw.type === 'LogicalExpression') return { operator: raw.operator, operands: operandsOf(raw) }
  if (raw['regex']) return raw['regex']
  if (raw.type === 'TemplateElement') return { text: raw['value'].raw }
  const keys = Object.keys(raw).filter((key) => isPart(raw, key))
  return Object.fromEntries(keys.map((key) => [key, withoutBraces(raw, key)]))
}

/** @param {Raw} raw @param {Raw} [parent] @param {string} [key] @returns {string} */
function typeOf(raw, parent, key = '') {
  if (raw.type === 'Identifier') return parent && isName(parent, key) ? 'Name' : 'Variable'
  if (raw.type === 'Property' && parent?.type === 'ObjectPattern') return 'BindingProperty'
  return raw['regex'] ? 'RegExp' : raw.type
}

/** @param {any} raw @param {Raw} [parent] @param {string} [key] @returns {Value} */
function toValue(raw, parent, key) {
  if (Array.isArray(raw))
    return raw.map((one) => toValue(one, parent, key)).filter((one) => one !== undefined)
  if (!isRaw(raw)) return raw
  if (wrappers.has(raw.type)) {
    const inner = /** @type {Node} */ (toValue(raw.expression, parent, key))
    return Object.assign(inner, { start: raw.start, end: raw.end })
  }
  if (raw.type === 'ExportNamedDeclaration') return toValue(raw.declaration)
  if (raw.type.startsWith('TS')) return undefined
  const { start, end } = raw
  const parts = Object.entries(partsOf(raw)).map(([name, part]) => [name, toValue(part, raw, name)])
  const type = typeOf(raw, parent, key)
  return {
    type,
    start,
    end,
    at: start,
    parts: Object.fromEntries(parts),
    path: [],
    home: undefined,
  }
}

/**
 * @param {string} text
 * @param {string} [file]
 * @throws SyntaxError
 */
export function parse(text, file = 'snippet.ts') {
  const { program, errors } = parseSync(file, text)
  const [error] = errors
  if (error) throw new SyntaxError(`${file}: ${error.message}\n${error.codeframe ?? ''}`)
  const tree = /** @type {Node} */ (toValue(program))
  settle(tree)
  return tree
}
