// The one place in the sources that a defence is about.
import { defences } from './defences.mjs'
import { search } from './search.mjs'

/**
 * @typedef {import('./defences.mjs').Defence} Defence
 * @typedef {import('./sources.mjs').Source} Source
 * @typedef {import('./search.mjs').Learned} Learned
 * @typedef {import('./search.mjs').Options} Options
 * @typedef {import('./search.mjs').Place} Place
 */

/** @param {Place} place */
export function lineOf({ source: { file, text }, nodes: [first] }) {
  return `${file}:${text.slice(0, first?.start).split('\n').length}`
}

/** @type {WeakMap<readonly Source[], Map<string, Learned>>} */
const known = new WeakMap()

/**
 * What became of a function and its names, by those of its defences that are found.
 *
 * @param {string} name
 * @param {readonly Source[]} sources
 * @param {Options} options
 * @returns {Learned}
 */
function learn(name, sources, options) {
  const before = known.get(sources) ?? new Map()
  known.set(sources, before)
  const key = `${name} ${options.isWide}`
  if (before.has(key)) return before.get(key)
  const places = (options.list ?? defences)
    .filter((one) => one.in === name)
    .map((one) => search(one, sources, options))
    .flatMap(([place, ...more]) => (place && more.length === 0 ? place : []))
  const all = places.flatMap(({ renames }) => [...renames])
  const agreed = all.filter(([from, to]) => all.every(([other, is]) => other !== from || is === to))
  const functions = places.flatMap(({ isMoved, nodes: [node] }) =>
    isMoved && node && node.path.length > 0 ? node.path.join('.') : [],
  )
  const learned = { renames: new Map(agreed), functions: [...new Set(functions)] }
  before.set(key, learned)
  return learned
}

/**
 * The one place that a defence is about, by its own words, or with what is known of its neighbours.
 *
 * @param {Defence} defence
 * @param {readonly Source[]} sources
 * @param {Options} [options]
 * @returns {Place}
 * @throws Error where there is none, or more than one
 */
export function find(defence, sources, options = {}) {
  let places = search(defence, sources, options)
  if (places.length === 1 && places[0]?.isExact) return places[0]
  const learned = learn(defence.in, sources, options)
  if (places.length !== 1) places = search(defence, sources, { ...options, learned })
  const [place, ...more] = places
  if (place && more.length === 0)
    return { ...place, renames: new Map([...learned.renames, ...place.renames]) }
  const found = places.map(lineOf).join(', ')
  throw new Error(
    place
      ? `“${defence.name}” is in ${places.length} places: ${found}`
      : `“${defence.name}” is not found in ${defence.in}`,
  )
}
