// The sources of the library, as trees.
import { readFileSync, readdirSync } from 'node:fs'
import { keyOf } from './match.mjs'
import { all } from './node.mjs'
import { parse } from './tree.mjs'

/**
 * @typedef {import('./node.mjs').Node} Node
 *
 * @typedef {object} Source
 * @property {string} file
 * @property {string} text
 * @property {readonly Node[]} nodes
 * @property {ReadonlySet<string>} outer what the module declares and imports
 */

/** @param {Node} node */
const isOuter = (node) => node.type === 'Variable' && (!node.home || node.home.parts['id'] === node)

/** @param {string} file @param {string} text @returns {Source} */
export function toSource(file, text) {
  const nodes = all(parse(text, file))
  return { file, text, nodes, outer: new Set(nodes.filter(isOuter).map(keyOf)) }
}

/** All but the mock server, which defends nothing. @param {URL} root the folder that holds `src` */
export function readSources(root) {
  const folder = new URL('src/', root)
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.startsWith('testing/'))
    .toSorted()
    .map((name) => toSource(`src/${name}`, readFileSync(new URL(name, folder), 'utf8')))
}
