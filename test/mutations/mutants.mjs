// Every `if`, `&&`, `||`, `??`, `?:` and `catch` of the vault and the page, changed one at a time: a test
// is always true or always false, a part of an expression is left out, an error is not caught.
import { isNode } from './node.mjs'

/**
 * @typedef {import('./node.mjs').Node} Node
 * @typedef {import('./sources.mjs').Source} Source
 *
 * @typedef {object} Mutant
 * @property {string} name its file and function, and what stands instead of what
 * @property {string} file
 * @property {string} text the whole file
 * @property {Node} place
 * @property {string} instead
 */

/**
 * What may stand instead of a node, or of a part of it.
 *
 * @param {Node} node
 * @param {(node: Node) => string} say the text of a node
 * @returns {[Node, string][]}
 */
function changesOf(node, say) {
  const { type, parts } = node
  const { test, operands, operator, consequent, alternate, body, callee, arguments: given } = parts
  if (isNode(test) && type === 'IfStatement') return ['true', 'false'].map((text) => [test, text])
  if (type === 'ConditionalExpression')
    return [consequent, alternate].filter(isNode).map((branch) => [node, whole(node, say(branch))])
  if (type === 'LogicalExpression' && Array.isArray(operands)) {
    const texts = operands.filter(isNode).map(say)
    return texts.map((_, out) => [
      node,
      whole(node, texts.filter((_, at) => at !== out).join(` ${operator} `)),
    ])
  }
  if (type === 'CatchClause' && isNode(body)) return [[node, 'catch (thrown) { throw thrown }']]
  if (type !== 'CallExpression' || !isNode(callee) || !Array.isArray(given)) return []
  const { object, property } = callee.parts
  return isNode(object) && isNode(property) && property.parts['name'] === 'catch'
    ? [[node, say(object)]]
    : []
}

/**
 * At the start of a line, parentheses would be taken for those of a call.
 *
 * @param {Node} node
 * @param {string} text
 */
const whole = ({ parent }, text) =>
  parent?.type === 'ExpressionStatement' ? `void (${text})` : `(${text})`

/** @param {string} text */
const short = (text) => text.replaceAll(/\s+/g, ' ').slice(0, 90)

/** @param {Source} source @returns {Mutant[]} */
export function mutantsOf({ file, text, nodes }) {
  /** @type {Map<string, number>} */
  const seen = new Map()
  const say = (/** @type {Node} */ { start, end }) => text.slice(start, end)
  return nodes.flatMap((node) =>
    changesOf(node, say).map(([place, instead]) => {
      const where = node.path.join('.') || 'module'
      const title = `${file} ${where}: ${short(say(place))} → ${short(instead)}`
      const count = (seen.get(title) ?? 0) + 1
      seen.set(title, count)
      return {
        name: count > 1 ? `${title} #${count}` : title,
        file,
        text: text.slice(0, place.start) + instead + text.slice(place.end),
        place,
        instead,
      }
    }),
  )
}

/**
 * A source with all its mutants: `mutated(name)` tells in each place which one is on.
 *
 * @param {Source} source
 * @param {readonly Mutant[]} mutants of this source
 */
export function allIn({ text }, mutants) {
  const places = [...new Set(mutants.map(({ place }) => place))].toSorted(
    (one, other) => one.start - other.start || other.end - one.end,
  )
  /** @param {number} from @param {number} to */
  const render = (from, to) => {
    let made = ''
    let at = from
    for (let place = places[0]; place && place.start < to; place = places[0]) {
      places.shift()
      const { start, end } = place
      made += text.slice(at, start) + switched(place, render(start, end))
      at = end
    }
    return made + text.slice(at, to)
  }
  /** @param {Node} place @param {string} plain */
  const switched = (place, plain) => {
    const here = mutants.filter((mutant) => mutant.place === place)
    const isOn = (/** @type {Mutant} */ { name }) => `mutated(${JSON.stringify(name)})`
    if (place.type !== 'CatchClause') {
      const cases = here.map((mutant) => `${isOn(mutant)} ? (${mutant.instead}) : `)
      return whole(place, `${cases.join('')}(${plain})`)
    }
    const [, given = '', body = ''] = /^catch\s*(?:\((.*?)\)\s*)?(\{[^]*)$/.exec(plain) ?? []
    const named = given ? `let ${given} = thrown;` : ''
    return `catch (thrown) { if (${here.map(isOn).join()}) throw thrown; ${named} ${body} }`
  }
  return render(0, text.length)
}
