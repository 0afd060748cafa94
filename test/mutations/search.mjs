// The places that a defence may be about.
import { defences } from './defences.mjs'
import { matches, namesIn } from './match.mjs'
import { readSnippet } from './snippet.mjs'

/**
 * @typedef {import('./defences.mjs').Defence} Defence
 * @typedef {import('./sources.mjs').Source} Source
 * @typedef {import('./node.mjs').Node} Node
 * @typedef {import('./match.mjs').Renames} Renames
 *
 * @typedef {object} Place
 * @property {Source} source
 * @property {Node[]} nodes neighbours in one list; mostly it is one node
 * @property {Renames} renames what names of the list have become
 * @property {boolean} isExact word for word, in the function that the list names
 * @property {boolean} isMoved in another function than the list names
 *
 * @typedef {object} Options
 * @property {readonly Defence[]} [list] all defences: a function that one of them names was not renamed
 * @property {boolean} [isWide] look anywhere, even if there is a function of that name
 * @property {Learned} [learned]
 *
 * @typedef {object} Learned
 * @property {Renames} renames
 * @property {readonly string[]} functions where parts of the function are now
 */

/** What a defence looks for. @param {Defence} defence @returns {string} */
export const wanted = ({ remove, replace, always, never }) =>
  remove ?? replace ?? always ?? never ?? ''

/** Whether a node is in `outer.inner`, with any functions between and below. @param {Node} node @param {string} name */
function isIn({ path }, name) {
  const parts = name.split('.').filter(Boolean)
  for (const one of path) if (one === parts[0]) parts.shift()
  return parts.length === 0
}

/** Where to look in turn: in `a.b`, in `a`, anywhere. @param {string} name @returns {string[]} */
const scopesOf = (name) =>
  name ? [name, ...scopesOf(name.split('.').slice(0, -1).join('.'))] : ['']

/**
 * Which names of a source may be new ones: a name that is still there was not renamed, nor was one
 * that every script has.
 *
 * @param {Source} source
 * @returns {import('./match.mjs').MayBe}
 */
const renamedIn =
  ({ outer }) =>
  (before, { home }) =>
    !(home && namesIn(home).has(before)) &&
    !outer.has(before) &&
    !(before.replace(/^Variable /, '') in globalThis)

/** @returns {import('./match.mjs').MayBe} */
const wordForWord = () => () => false

/** Whether some name is the old one: the shape alone says little. @param {Place} place */
const isLikely = ({ renames }) =>
  [...renames].some(([key, name]) => key.endsWith(` ${name}`) && !(name in globalThis))

/**
 * The places in the first of these that has any: the function of that name, word for word; the same
 * with other names; and, where there is no such function any more, the functions that no defence names.
 *
 * @param {Defence} defence
 * @param {readonly Source[]} sources
 * @param {Options} options
 * @returns {Place[]}
 */
export function search(defence, sources, { list = defences, isWide, learned }) {
  const snippet = readSnippet(wanted(defence)).nodes
  const named = new Set(list.map((one) => one.in.split('.').at(-1)))
  for (const scope of [...(learned?.functions ?? []), ...scopesOf(defence.in)]) {
    const isMoved = scope !== defence.in
    const isHere = (/** @type {Node} */ node) =>
      scope === '' ? !named.has(node.path.at(-1)) : isIn(node, scope)
    const here = sources.map((source) => ({ source, nodes: source.nodes.filter(isHere) }))
    for (const rule of [wordForWord, renamedIn]) {
      const isExact = rule === wordForWord && !isMoved
      const found = here.flatMap(({ source, nodes }) =>
        matches(snippet, nodes, rule(source), learned?.renames).map((match) =>
          Object.assign(match, { source, isMoved, isExact }),
        ),
      )
      const places = rule === renamedIn && scope === '' ? found.filter(isLikely) : found
      if (places.length > 0) return places
    }
    if (!isWide && !isMoved && here.some(({ nodes }) => nodes.length > 0)) return []
  }
  return []
}
