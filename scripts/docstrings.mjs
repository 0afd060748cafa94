// Checks the docstrings of public names: each says what the name is, the unit of a number, the codes of a rejection.
import { readFileSync } from 'node:fs'

/**
 * @typedef {import('./public-names.mjs').Member} Member
 * @typedef {import('./public-names.mjs').PublicName} PublicName
 */

/** Types whose members need no docstring, because a specification names and explains them. */
export const bySpecification = ['AuthorizationServer', 'Claims', 'OAuthErrorFields']

const unit = /\b(?:milli)?seconds\b|\bbytes\b|\bcharacters\b|\bhow often\b|\bstatus\b/i

/** The codes of src/errors.ts. */
export function codes() {
  const source = readFileSync(new URL('../src/errors.ts', import.meta.url), 'utf8')
  const [, table = ''] = /^const messages = \{\n([^]*?)^\}/m.exec(source) ?? []
  return new Set([...table.matchAll(/^ {2}(\w+):/gm)].map(([, code]) => code))
}

/** A message for each docstring that is missing or incomplete. @param {PublicName[]} names */
export function problemsOf(names) {
  return names.flatMap(({ entry, name, doc, members }) => {
    const path = `${entry} ${name}`
    const own = doc.text ? [] : [`${path}: it has no docstring`]
    if (bySpecification.includes(name)) return own
    return [
      ...own,
      ...members.flatMap((member) =>
        problemsIn(path, member, /^((Native)?Auth|Backend)$/.test(name)),
      ),
    ]
  })
}

/**
 * @param {string} path
 * @param {Member} member
 * @param {boolean} mayReject whether it is a method of the client or a backend
 * @returns {string[]}
 */
function problemsIn(path, { name, type, doc, members }, mayReject) {
  const here = `${path}.${name}`
  const problems = []
  // The values of `status` need no explanation.
  if (!doc.text && name !== 'status') problems.push(`${here}: it has no docstring`)
  if (type === 'number' && !unit.test(doc.text)) problems.push(`${here}: a number has a unit`)
  if (mayReject && /=> Promise</.test(type)) problems.push(...rejectionsOf(here, doc.text))
  // The docstring of the parent explains a type that is written in place, but its numbers still need a unit.
  const inside = members.filter(({ type }) => type === 'number')
  return [...problems, ...inside.flatMap((it) => problemsIn(here, named(it), false))]
}

/** A member named `status` is an HTTP status, which counts as a unit. @param {Member} member */
const named = (member) =>
  member.name === 'status' ? { ...member, doc: { ...member.doc, text: 'status' } } : member

/** @param {string} here @param {string} text */
function rejectionsOf(here, text) {
  if (/Never rejects/.test(text)) return []
  const [, said] = /Rejects (with[^]+|as[^]+)/.exec(text) ?? []
  if (!said) return [`${here}: it does not say what it rejects with`]
  if (said.includes('…')) return [`${here}: its list of codes breaks off`]
  const known = codes()
  const named = [...said.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code)
  const isKnown = named.some((code) => known.has(code))
  return isKnown ? [] : [`${here}: it names no code`]
}
