// The command, from its arguments to what it says.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { auth0 } from './auth0.mjs'
import { findFiles, importers, uncommitted } from './files.mjs'
import { keycloak } from './keycloak.mjs'
import { msal } from './msal.mjs'
import { oidc } from './oidc.mjs'
import { MARK, rewrite } from './rewrite.mjs'

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

/** What ends the command. */
class Refusal extends Error {}

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
  const { missing, scripts, others } = findFiles(
    folder,
    paths ?? [findFiles(folder, ['src']).missing.length === 0 ? 'src' : '.'],
  )
  if (missing.length > 0) throw new Refusal(`There is no ${missing.join(', ')} in ${folder}.`)
  if (scripts.length === 0)
    throw new Refusal(
      'There is no JavaScript or TypeScript file there. Name the folder of the app.',
    )
  const byHand = importers(others, library.packages).map(
    (path) =>
      `${relative(folder, path)}: change this file by hand. See docs/moving.md#${library.anchor}`,
  )
  if (importers(scripts, library.packages).length === 0)
    return [`No script imports ${library.packages.join(' or ')}: nothing to change.`, ...byHand]
  const changes = await changed(library, folder, scripts)
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

/** From the app's own packages, or from those that npx brought. @param {string} folder @returns {Promise<typeof import('ts-morph')>} */
async function load(folder) {
  for (const from of [join(folder, 'package.json'), import.meta.url]) {
    try {
      const path = createRequire(from).resolve('ts-morph')
      return (await import(pathToFileURL(path).href)).default
    } catch {
      // The next place has it, or none.
    }
  }
  throw new Refusal(
    'This command reads code by ts-morph, which is not installed. Run: npm install --save-dev ts-morph',
  )
}

/** @typedef {{ path: string, text: string, todos: string[], resources: string[] }} Change */

/**
 * @param {import('./types.js').Library} library
 * @param {string} folder
 * @param {readonly string[]} scripts
 * @returns {Promise<Change[]>}
 */
async function changed(library, folder, scripts) {
  const morph = await load(folder)
  const project = new morph.Project({
    compilerOptions: {
      allowJs: true,
      noLib: true,
      types: [],
      jsx: morph.ts.JsxEmit.Preserve,
      module: morph.ts.ModuleKind.ESNext,
      moduleResolution: morph.ts.ModuleResolutionKind.Bundler,
    },
    skipAddingFilesFromTsConfig: true,
    skipFileDependencyResolution: true,
  })
  const files = scripts.map((path) => project.addSourceFileAtPath(path))
  const program = project.getProgram()
  for (const file of files)
    for (const one of program.getSyntacticDiagnostics(file)) {
      const says = one.getMessageText()
      throw new Refusal(
        `${relative(folder, file.getFilePath())}:${one.getLineNumber()} does not parse: ${typeof says === 'string' ? says : says.getMessageText()} Nothing was changed.`,
      )
    }
  const { texts, resources } = rewrite(morph, library, files)
  return files.flatMap((file) => {
    const text = texts.get(file) ?? ''
    if (text === readFileSync(file.getFilePath(), 'utf8')) return []
    return [{ path: file.getFilePath(), text, todos: todosOf(text), resources }]
  })
}

/** @param {string} text */
const todosOf = (text) =>
  text.split('\n').flatMap((line, index) => {
    const [, sentence] = line.split(`${MARK} `)
    return sentence ? [`${index + 1}: ${sentence.replace(/ See \S+$/, '')}`] : []
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
