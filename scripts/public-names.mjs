// The names that an app can import, with their docstrings, as the compiler reads them.
import { resolve } from 'node:path'
import { API, SymbolFlags } from 'typescript/unstable/sync'
import { SyntaxKind } from 'typescript/unstable/ast'

const root = resolve(import.meta.dirname, '..')

/** Each entry that an app imports, and its file in src. */
const entries = {
  'pixy-auth': 'index',
  'pixy-auth/react': 'react',
  'pixy-auth/vue': 'vue',
  'pixy-auth/native': 'native/index',
  'pixy-auth/inspector': 'inspector/index',
  'pixy-auth/front-channel': 'front-channel/index',
  'pixy-auth/testing': 'testing/index',
  'pixy-auth/with-backend': 'with-backend/index',
  'pixy-auth/presets': 'with-backend/presets/index',
  'pixy-auth/backend': 'backend/index',
}

/**
 * @typedef {object} Doc
 * @property {string} text
 * @property {[tag: string, text: string][]} tags `see`, `throws`, `returns`, `param`
 *
 * @typedef {object} Member
 * @property {string} name
 * @property {boolean} isOptional
 * @property {string} type
 * @property {Doc} doc
 * @property {Member[]} members if its type is written in place
 *
 * @typedef {object} PublicName
 * @property {string} entry
 * @property {string} name
 * @property {'function' | 'interface' | 'class' | 'type' | 'const'} kind
 * @property {string} signature
 * @property {Doc} doc
 * @property {Member[]} members
 *
 * @typedef {any} Node The compiler's nodes: their types differ by kind.
 */

/** @type {Record<number, PublicName['kind']>} */
const kinds = {
  [SyntaxKind.FunctionDeclaration]: 'function',
  [SyntaxKind.InterfaceDeclaration]: 'interface',
  [SyntaxKind.ClassDeclaration]: 'class',
  [SyntaxKind.TypeAliasDeclaration]: 'type',
  [SyntaxKind.VariableDeclaration]: 'const',
}

/** Every public name once, by entry and in the order of its source. @returns {PublicName[]} */
export function publicNames() {
  const api = new API({ cwd: root })
  try {
    const snapshot = api.updateSnapshot({ openProject: resolve(root, 'tsconfig.json') })
    const [project] = snapshot.getProjects()
    if (!project) throw new Error('tsconfig.json is no project.')
    /** @type {Set<string>} */
    const seen = new Set()
    return Object.entries(entries).flatMap(([entry, file]) => namesOf(project, entry, file, seen))
  } finally {
    api.close()
  }
}

/**
 * @param {import('typescript/unstable/sync').Project} project
 * @param {string} entry
 * @param {string} file
 * @param {Set<string>} seen the places of the names of earlier entries: a name that several entries export is listed once
 * @returns {PublicName[]}
 */
function namesOf(project, entry, file, seen) {
  const { checker, program } = project
  const source = program.getSourceFile(resolve(root, `src/${file}.ts`))
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`src/${file}.ts is no module.`)
  const found = checker.getExportsOfModule(module).map((symbol) => {
    const own = symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    /** @type {Node} */
    const node = own.declarations[0]?.resolve(project)
    const path = node.getSourceFile().fileName
    return { path, start: node.pos, name: describe(entry, symbol.name, node) }
  })
  const order = [...new Set(found.map(({ path }) => path))].toSorted(
    (a, b) => rank(a) - rank(b) || a.localeCompare(b),
  )
  const isNew = (/** @type {(typeof found)[number]} */ { path, start }) => {
    const size = seen.size
    return seen.add(`${path}:${start}`).size > size
  }
  return found
    .filter(isNew)
    .toSorted((a, b) => order.indexOf(a.path) - order.indexOf(b.path) || a.start - b.start)
    .map(({ name }) => name)
}

/** Functions first, then the client, its options, errors, the trace. @param {string} path */
function rank(path) {
  const at = ['index.ts', 'api.ts', 'options.ts', 'errors.ts', 'trace.ts'].findIndex((it) =>
    path.endsWith(it),
  )
  return at < 0 ? 0 : at
}

/** @param {string} entry @param {string} name @param {Node} node @returns {PublicName} */
function describe(entry, name, node) {
  const kind = kinds[node.kind]
  if (!kind) throw new Error(`${name} is no function, interface, class, type or constant.`)
  const body = node.body ?? node.members
  const end = kind === 'type' ? node.end : (body?.pos ?? node.type?.end ?? node.end)
  const head = bare(textOf(node).slice(node.name.pos, end)).replace(/\s*\{$/, '')
  return {
    entry,
    name,
    kind,
    signature: head,
    // The docstring of a constant belongs to its statement.
    doc: docOf(kind === 'const' ? node.parent.parent : node),
    members: (node.members ?? []).map(memberOf),
  }
}

/** @param {Node} node @returns {Member} */
function memberOf(node) {
  const text = textOf(node)
  const isConstructor = node.kind === SyntaxKind.Constructor
  const isMethod = node.name && node.parameters !== undefined
  const own = node.name ?? node.parameters?.[0]
  const value = node.type ?? node.initializer
  const name = own ? bare(text.slice(own.pos, own.end)) : ''
  const from = isMethod ? node.name.end : value?.pos
  const to = isMethod ? (node.body?.pos ?? node.end) : value?.end
  const literal = node.type?.kind === SyntaxKind.TypeLiteral
  return {
    name: isConstructor ? 'constructor' : node.name ? name : `[${name}]`,
    isOptional:
      node.questionToken !== undefined || node.postfixToken?.kind === SyntaxKind.QuestionToken,
    type: literal ? 'object' : typeText(text, isConstructor ? parametersOf(node) : [from, to]),
    doc: docOf(node),
    members: literal ? node.type.members.map(memberOf) : [],
  }
}

/** @param {Node} node @returns {[number, number]} */
const parametersOf = (node) => [node.parameters.pos - 1, node.parameters.end + 1]

/** @param {string} text @param {[number | undefined, number]} range */
const typeText = (text, [from, to]) =>
  bare(from === undefined ? '' : text.slice(from, to))
    .replace(/ \| undefined$/, '')
    .replace(/^\((\(.*=> \w+)\)$/, '$1')

/** @param {Node} node */
const textOf = (node) => node.getSourceFile().text

/** Code without comments and line breaks. @param {string} code */
const bare = (code) =>
  code
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
    // Between the members of a type.
    .replaceAll(/(?<=[^\s{|,(=&;])\s*\n\s*(?=(?:readonly )?(?:[\w-]+|\[[^\]]+\])\??:)/g, '; ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([([]) | (?=[)\]])|,(?= ?[)\]}])/g, '$1')
    .replaceAll(/= \| /g, '= ')
    .trim()

/** @param {Node} node @returns {Doc} */
function docOf(node) {
  // In a type literal, a node may also have the docstrings before its own: only the last one is its own.
  const doc = node.jsDoc?.[node.jsDoc.length - 1]
  const raw = doc ? textOf(node).slice(doc.pos, doc.end) : ''
  const inner = raw
    .replaceAll(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replaceAll(/^[ \t]*\* ?/gm, '')
    .trim()
  const [text = '', ...rest] = inner.split(/@(?=(?:see|throws|returns|param)\b)/)
  const tags = rest.map((/** @type {string} */ part) => {
    const [, tag = '', said = ''] = /^(\w+)\s*([^]*)$/.exec(part) ?? []
    return /** @type {[string, string]} */ ([tag, said.trim()])
  })
  return { text: text.trim(), tags }
}
