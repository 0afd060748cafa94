// Loads the packages that read code: from the app, or from where npx installed this command.
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { COMPILERS } from './components.mjs'

/** An error that ends the command with its message. */
export class Refusal extends Error {}

/**
 * @param {string} name
 * @param {readonly string[]} places files from which the package may be imported
 * @returns {Promise<unknown>} `undefined` if it is not installed
 */
async function load(name, places) {
  for (const from of places) {
    try {
      const path = createRequire(from).resolve(name)
      return (await import(pathToFileURL(path).href)).default
    } catch {
      // Try the next place.
    }
  }
  return undefined
}

/** @param {string} folder @returns {Promise<typeof import('ts-morph')>} */
export async function loadMorph(folder) {
  const found = await load('ts-morph', [join(folder, 'package.json'), import.meta.url])
  if (found) return /** @type {typeof import('ts-morph')} */ (found)
  throw new Refusal(
    'This command reads code by ts-morph, which is not installed. Run: npm install --save-dev ts-morph',
  )
}

/**
 * The compilers for the components among these files.
 *
 * @param {string} folder
 * @param {readonly string[]} paths
 */
export async function loadCompilers(folder, paths) {
  /** @type {Map<string, import('./types.js').Compiler>} */
  const compilers = new Map()
  for (const [ending, name] of Object.entries(COMPILERS)) {
    const path = paths.find((one) => extname(one) === `.${ending}`)
    if (path === undefined) continue
    const found = await load(name, [path, join(folder, 'package.json')])
    if (!found)
      throw new Refusal(
        `This command reads .${ending} files by ${name}, which is not installed. Run: npm install`,
      )
    compilers.set(ending, /** @type {import('./types.js').Compiler} */ (found))
  }
  return compilers
}
