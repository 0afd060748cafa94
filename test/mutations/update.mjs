// The list of defences in the names of today.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { find } from './find.mjs'
import { all, isNode } from './node.mjs'
import { readSnippet, renamed } from './snippet.mjs'
import { parse } from './tree.mjs'

/**
 * @typedef {import('./defences.mjs').Defence} Defence
 * @typedef {import('./search.mjs').Place} Place
 * @typedef {import('./sources.mjs').Source} Source
 */

const snippets = /** @type {const} */ (['remove', 'replace', 'with', 'always', 'never'])

/** @param {Defence} defence @param {readonly Source[]} sources */
function isExact(defence, sources) {
  try {
    return find(defence, sources).isExact
  } catch {
    return false
  }
}

/**
 * A defence in the names of the place where it was found.
 *
 * @param {Defence} defence
 * @param {Place} place
 * @param {readonly Source[]} sources
 * @returns {Defence}
 */
export function updated(defence, { renames, nodes: [node] }, sources) {
  const texts = snippets.flatMap((key) => {
    const text = defence[key]
    return text === undefined ? [] : [[key, renamed(readSnippet(text), renames)]]
  })
  const now = { ...defence, ...Object.fromEntries(texts) }
  // The shortest name of the function that is enough, from the innermost on.
  const path = (node?.path ?? []).filter((name) => name !== 'constructor')
  const names = [defence.in, ...path.map((_, i) => path.slice(-1 - i).join('.'))]
  return { ...now, in: names.find((name) => isExact({ ...now, in: name }, sources)) ?? now.in }
}

/** The strings of a list that are others now. @param {string} text @param {readonly Defence[]} changed */
function edits(text, changed) {
  return all(parse(text)).flatMap(({ type, parts: { properties } }) => {
    const members = type === 'ObjectExpression' ? [properties].flat().filter(isNode) : []
    const values = members.map(({ parts: { key, value } }) => {
      const name = isNode(key) ? String(key.parts['name']) : ''
      return { name, value: isNode(value) ? value : undefined }
    })
    const title = values.find(({ name }) => name === 'name')?.value?.parts['value']
    const now = Object(changed.find(({ name }) => name === title))
    return values.flatMap(({ name, value }) =>
      value && typeof now[name] === 'string'
        ? { start: value.start, end: value.end, text: JSON.stringify(now[name]) }
        : [],
    )
  })
}

/** Write these defences into the list. @param {readonly Defence[]} changed */
export async function write(changed) {
  const folder = new URL('list/', import.meta.url)
  for (const name of readdirSync(folder)) {
    const path = fileURLToPath(new URL(name, folder))
    const before = readFileSync(path, 'utf8')
    const after = edits(before, changed).reduceRight(
      (done, { start, end, text }) => done.slice(0, start) + text + done.slice(end),
      before,
    )
    const style = { ...(await resolveConfig(path)), filepath: path }
    if (after !== before) writeFileSync(path, await format(after, style))
  }
}
