// `npm run size`: prints the size of the library in an app: bundled, minified, compressed with brotli.
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { built } from './built.mjs'

/**
 * A file of the bundle. `name` has no hash; `imports` are the names of the files that are loaded with it.
 *
 * @typedef {{ name: string, bytes: number, imports: string[] }} Chunk
 */

/**
 * The bytes of the library that an app loads on each journey, from the app's start to that point.
 *
 * @typedef {object} Journeys
 * @property {number} start until a returning user is shown as signed in
 * @property {number} call a live session until its first API call
 * @property {number} refresh the same, with a refresh before the call
 * @property {number} click a sign-in until the browser leaves
 * @property {number} callback a sign-in from the callback to the session
 */

/**
 * All sizes are in bytes.
 *
 * @typedef {object} Sizes
 * @property {Journeys} journeys
 * @property {number} all everything, in one file
 * @property {number} oauth4webapi its share of that
 * @property {Record<'start' | 'calls' | 'refresh' | 'token' | 'sign-in' | 'optional', number>} folders the chunk of each
 *   folder, and the files of `optional` together
 * @property {number} withBackend a page with a backend, from its start to its first call through the backend
 * @property {number} withBackendTokens the same, to its first call with a token
 * @property {number} withBackendReact what pixy-auth/react adds to such a page
 * @property {number} react what pixy-auth/react adds to `all`, without React itself
 * @property {number} vue what pixy-auth/vue adds to `all`, without Vue itself
 * @property {number} native what pixy-auth/native adds to `journeys.start`
 * @property {number} inspector what pixy-auth/inspector adds to `all`
 * @property {number} dpop the file that only an app with `dpop` loads
 * @property {Record<'popup' | 'framed' | 'iframe' | 'answers' | 'step-up', number>} ways the file of each way to sign in
 *   other than the redirect, the file that these ways share, and the file of the step-up
 * @property {number} script the file of the script tag
 */

const dist = resolve(import.meta.dirname, '../dist')
const core = `import { createAuth } from ${file('index')}; globalThis.auth = createAuth;`

const native = `import { createAuth } from ${file('native')}; globalThis.auth = createAuth;`

const withBackend = `import { createAuth } from ${file('with-backend')}; globalThis.auth = createAuth;`

/**
 * Measure the package in `dist`.
 *
 * @returns {Promise<Sizes>}
 */
export async function measure() {
  const chunks = await bundle(core)
  const all = await inOneFile(core)
  const pageOfBackend = await bundle(withBackend)
  return {
    journeys: {
      start: bytesOf(chunks, 'app'),
      call: bytesOf(chunks, 'app', 'calls'),
      refresh: bytesOf(chunks, 'app', 'calls', 'refresh'),
      click: bytesOf(chunks, 'app', 'calls', 'sign-in'),
      callback: bytesOf(chunks, 'app', 'calls', 'sign-in'),
    },
    all,
    oauth4webapi: all - (await inOneFile(core, ['oauth4webapi'])),
    folders: foldersIn(chunks),
    withBackend: bytesOf(pageOfBackend, 'app', 'calls'),
    withBackendTokens: bytesOf(pageOfBackend, 'app', 'calls', 'tokens'),
    withBackendReact:
      (await inOneFile(withBackend + binding('react'))) - (await inOneFile(withBackend)),
    react: (await inOneFile(core + binding('react'))) - all,
    vue: (await inOneFile(core + binding('vue'))) - all,
    native: bytesOf(await bundle(native), 'app') - bytesOf(chunks, 'app'),
    inspector: (await inOneFile(core + binding('inspector'))) - all,
    dpop: find(chunks, 'dpop').bytes,
    ways: {
      popup: find(chunks, 'popup').bytes,
      framed: find(chunks, 'framed').bytes,
      iframe: find(chunks, 'iframe').bytes,
      answers: find(chunks, 'answers').bytes,
      'step-up': find(chunks, 'step-up').bytes,
    },
    script: compressed(await readFile(`${dist}/pixy-auth.global.js`)),
  }
}

/** The names that an app imports from an entry. A bundler leaves out `SignInLink` if an app does not use it. */
const taken = {
  react: 'AuthProvider, SignedIn, useAuth',
  vue: 'createAuthPlugin, useAuth, authGuard',
  inspector: 'inspect, measure',
}

/** @param {keyof typeof taken} name */
function binding(name) {
  const names = taken[name]
  return `import { ${names} } from ${file(name)}; globalThis.${name} = { ${names} };`
}

/** @param {string} entry */
function file(entry) {
  return JSON.stringify(`${dist}/${entry}.js`)
}

/**
 * @param {string} app
 * @param {string[]} [without] packages that are left out
 */
async function inOneFile(app, without) {
  return bytesOf(await bundle(app, { codeSplitting: false }, without), 'app')
}

/**
 * @param {Chunk[]} chunks
 * @returns {Sizes['folders']}
 */
function foldersIn(chunks) {
  const folders = { start: 0, calls: 0, refresh: 0, token: 0, 'sign-in': 0, optional: 0 }
  for (const { name, bytes } of chunks) {
    const folder = name === 'app' ? 'start' : name in folders ? name : 'optional'
    folders[/** @type {keyof typeof folders} */ (folder)] += bytes
  }
  return folders
}

/**
 * The size of these files together, with the files that they import.
 *
 * @param {Chunk[]} chunks
 * @param {string[]} names
 */
function bytesOf(chunks, ...names) {
  /** @type {Set<Chunk>} */
  const loaded = new Set()
  for (const queue = [...names]; queue.length > 0;) {
    const chunk = find(chunks, queue.pop() ?? '')
    if (!loaded.has(chunk)) queue.push(...chunk.imports)
    loaded.add(chunk)
  }
  return [...loaded].reduce((sum, { bytes }) => sum + bytes, 0)
}

/**
 * @param {Chunk[]} chunks
 * @param {string} name
 */
function find(chunks, name) {
  const chunk = chunks.find((chunk) => chunk.name === name)
  if (!chunk) throw new Error(`the bundle has no file "${name}"`)
  return chunk
}

/**
 * Bundle an app as its own build would do.
 *
 * @param {string} app its source
 * @param {import('rolldown').OutputOptions} [options]
 * @param {string[]} [without] packages that are left out
 * @returns {Promise<Chunk[]>}
 */
async function bundle(app, options, without = []) {
  const build = await rolldown({
    input: 'app',
    preserveEntrySignatures: false,
    external: ['react', 'vue', ...without],
    // The directive `'use client'` has no effect in this bundle, so hide the warning about it.
    onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === 'app' ? id : null),
        load: (id) => (id === 'app' ? app : null),
      },
    ],
  })
  // An app's own build removes all comments, such as those that mark calls without side effects.
  const { output } = await build.generate({
    format: 'es',
    minify: true,
    comments: false,
    ...options,
  })
  const chunks = output.filter((file) => file.type === 'chunk')
  const names = new Map(chunks.map(({ fileName, name }) => [fileName, name]))
  return chunks.map(({ name, code, imports }) => ({
    name,
    bytes: compressed(code),
    // The size does not count a framework.
    imports: imports.flatMap((file) => names.get(file) ?? []),
  }))
}

/** @param {string | Buffer} code */
function compressed(code) {
  return brotliCompressSync(code).length
}

/** @param {number} bytes */
export const inKilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`

async function print() {
  await built()
  const {
    journeys,
    all,
    oauth4webapi,
    folders,
    withBackend,
    withBackendTokens,
    withBackendReact,
    react,
    vue,
    native: inShell,
    inspector,
    dpop,
    ways,
    script,
  } = await measure()
  const lines = {
    'before the session is shown': journeys.start,
    'a live session until its first API call': journeys.call,
    'the same, with a refresh before the call': journeys.refresh,
    'a sign-in until the browser leaves': journeys.click,
    'a sign-in from the callback to the session': journeys.callback,
    'everything, in one file': all,
    'of that, oauth4webapi': oauth4webapi,
    'the chunk of calls': folders.calls,
    'the chunk of refresh': folders.refresh,
    'the chunk of token': folders.token,
    'the chunk of sign-in': folders['sign-in'],
    'the files of optional, together': folders.optional,
    'a page with a backend until its first call through it': withBackend,
    'the same until its first call with a token': withBackendTokens,
    'what pixy-auth/react adds to it': withBackendReact,
    'what pixy-auth/react adds': react,
    'what pixy-auth/vue adds': vue,
    'what pixy-auth/native adds at the start': inShell,
    'what pixy-auth/inspector adds': inspector,
    'what dpop adds': dpop,
    'a sign-in by popup, without what the ways share': ways.popup,
    'the same in a frame of another origin': ways.framed,
    'a sign-in by hidden frame, or the option `restore`': ways.iframe,
    'what these ways share': ways.answers,
    'a step-up': ways['step-up'],
    'the file of the script tag': script,
  }
  for (const [what, bytes] of Object.entries(lines))
    console.log(`${what}: ${inKilobytes(bytes)} (${bytes} bytes)`)
}

if (process.argv[1] === import.meta.filename) await print()
