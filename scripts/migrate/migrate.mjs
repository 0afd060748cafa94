// Runs the command, from its arguments to its output.
import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { auth0 } from './auth0.mjs'
import { findFiles, importers, mentioning, uncommitted } from './files.mjs'
import { keycloak } from './keycloak.mjs'
import { loadCompilers, loadMorph, Refusal } from './load.mjs'
import { MARK } from './marks.mjs'
import { msal } from './msal.mjs'
import { oidc } from './oidc.mjs'
import { rewrite } from './rewrite.mjs'
import { readSources } from './sources.mjs'

/** @type {Record<string, import('./types.js').Library>} */
const LIBRARIES = {
  'oidc-client-ts': oidc,
  'react-oidc-context': oidc,
  'auth0-spa-js': auth0,
  'auth0-react': auth0,
  'keycloak-js': keycloak,
  'msal-browser': msal,
  'msal-react': msal,
}

const USAGE = `Usage: pixy-auth migrate <library> [--force] [folder or file …]

The library: ${Object.keys(LIBRARIES).join(', ')}.
Without a folder it changes the files of src, or those of this folder where there is no src.
--force changes files that have uncommitted changes too.`

/**
 * Change the files of an app.
 *
 * @param {readonly string[]} args
 * @param {string} folder of the app
 * @returns {Promise<{ code: number, lines: string[] }>}
 */
export async function migrate(args, folder) {
  try {
    return { code: 0, lines: await run(args, folder) }
  } catch (error) {
    if (error instanceof Refusal) return { code: 1, lines: [error.message] }
    throw error
  }
}

/** @param {readonly string[]} args @param {string} folder */
async function run(args, folder) {
  if (args.length === 0 || args.includes('--help')) return [USAGE]
  const { library, isForced, paths } = read(args)
  const { missing, scripts, components, others } = findFiles(
    folder,
    paths ?? [findFiles(folder, ['src']).missing.length === 0 ? 'src' : '.'],
  )
  if (missing.length > 0) throw new Refusal(`There is no ${missing.join(', ')} in ${folder}.`)
  const files = [...scripts, ...components]
  if (files.length === 0)
    throw new Refusal(
      'There is no JavaScript or TypeScript file there. Name the folder of the app.',
    )
  const byHand = mentioning(others, library.packages).map(
    (path) =>
      `${relative(folder, path)}: change this file by hand. See docs/moving.md#${library.anchor}, and for a script tag README.md#script-tag`,
  )
  if (importers(files, library.packages).length === 0)
    return [`No script imports ${library.packages.join(' or ')}: nothing to change.`, ...byHand]
  const changes = await changed(library, folder, files)
  if (changes.length === 0) return ['Nothing to change.', ...byHand]
  const risky = isForced
    ? []
    : uncommitted(
        folder,
        changes.map(({ path }) => path),
      )
  if (risky.length > 0)
    throw new Refusal(
      `These files have uncommitted changes: ${risky.join(', ')}. Commit or stash them, so that you can see what this command changes, or add --force.`,
    )
  for (const { path, text } of changes) writeFileSync(path, text)
  return [
    ...changes.flatMap((change) => saidOf(change, folder)),
    ...byHand,
    ...next(library, changes),
  ]
}

/** @param {readonly string[]} args */
function read(args) {
  const [command, given = '', ...rest] = args.filter((one) => one !== '--force')
  if (command !== 'migrate') throw new Refusal(`There is no command "${command}".\n\n${USAGE}`)
  const name = given.replace(/^@(?:auth0|azure)\//, '')
  const library = LIBRARIES[name]
  if (!library)
    throw new Refusal(
      `It cannot migrate from "${given}": only from ${Object.keys(LIBRARIES).join(', ')}.`,
    )
  const option = rest.find((one) => one.startsWith('-'))
  if (option) throw new Refusal(`There is no option ${option}.\n\n${USAGE}`)
  return {
    library,
    isForced: args.includes('--force'),
    paths: rest.length > 0 ? rest : undefined,
  }
}

/** @typedef {{ path: string, text: string, todos: string[], resources: string[] }} Change */

/**
 * @param {import('./types.js').Library} library
 * @param {string} folder
 * @param {readonly string[]} paths
 * @returns {Promise<Change[]>}
 */
async function changed(library, folder, paths) {
  const morph = await loadMorph(folder)
  const sources = readSources(morph, await loadCompilers(folder, paths), folder, paths)
  const files = sources.flatMap(({ parts }) => parts.map(({ file }) => file))
  const { texts, resources } = rewrite(morph, library, files)
  return sources.flatMap(({ path, whole, merge }) => {
    const text = merge(texts)
    return text === whole ? [] : [{ path, text, todos: todosOf(text), resources }]
  })
}

/** @param {string} text */
const todosOf = (text) =>
  text.split('\n').flatMap((line, index) => {
    const [, sentence] = line.split(`${MARK} `)
    return sentence ? [`${index + 1}: ${sentence.replace(/ See \S+(?: -->)?$/, '')}`] : []
  })

/** @param {Change} change @param {string} folder */
function saidOf({ path, todos }, folder) {
  const file = relative(folder, path)
  return [`${file}: changed`, ...todos.map((todo) => `  TODO at line ${todo}`)]
}

/** @param {import('./types.js').Library} library @param {readonly Change[]} changes */
function next(library, changes) {
  const todos = changes.reduce((sum, { todos }) => sum + todos.length, 0)
  const [{ resources = [] } = {}] = changes
  return [
    '',
    `${changes.length} ${changes.length === 1 ? 'file' : 'files'} changed, ${todos} TODO${todos === 1 ? '' : 's'}.`,
    ...(resources.length > 0
      ? [`\`fetch\` of the client sends the token to ${resources.join(', ')}.`]
      : []),
    `Now run: npm install pixy-auth, and npm uninstall ${library.packages.join(' ')}`,
    `Then read docs/moving.md#${library.anchor}.`,
  ]
}
