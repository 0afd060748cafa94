import { callback } from './callback.mjs'
import { calls } from './calls.mjs'
import { dpop } from './dpop.mjs'
import { servers } from './servers.mjs'
import { session } from './session.mjs'
import { signIn } from './sign-in.mjs'
import { stores } from './stores.mjs'
import { tokens } from './tokens.mjs'

/**
 * A defence, and how to take it away: `from` is in `file` exactly once, and the tests must notice
 * that it is gone.
 *
 * @typedef {object} Defence
 * @property {string} name
 * @property {string} file
 * @property {string} from
 * @property {string} to
 * @property {string[]} tests what Playwright is told: spec files, `-g` and a pattern
 */

/** @type {Defence[]} */
export const defences = [
  ...signIn,
  ...callback,
  ...servers,
  ...tokens,
  ...calls,
  ...dpop,
  ...session,
  ...stores,
]

const root = new URL('../../', import.meta.url)

/**
 * The source without that defence.
 *
 * @param {Defence} defence
 * @param {string} source
 */
export function without({ name, file, from, to }, source) {
  const times = source.split(from).length - 1
  if (times !== 1) throw new Error(`“${name}”: \`from\` is ${times} times in ${file}, not once.`)
  return source.replace(from, () => to)
}

/** Whether the tests need no browser. @param {Defence} defence */
export const isUnit = ({ tests }) => tests.every((test) => !test.startsWith('browser/'))

export { root }
