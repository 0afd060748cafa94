// Writes the new text of a file. Code that no rule changes stays as it is, character by character.
import { createCalls } from './calls.mjs'
import { importText } from './imports.mjs'
import { createKinds } from './kinds.mjs'
import { MARK } from './marks.mjs'
import { createNames } from './names.mjs'
import { createSetup } from './setup.mjs'
import { createStatements } from './statements.mjs'
import { createValues } from './values.mjs'

/** @typedef {import('ts-morph').Node} Node */
/** @typedef {import('ts-morph').SourceFile} SourceFile */
/** @typedef {import('./types.js').Library} Library */
/** @typedef {import('./types.js').Shared} Shared */
/** @typedef {import('./types.js').State} State */

/**
 * The new text of each file. A finding in one file (an API's URL) may change other files, and a finding of one
 * pass (a variable that is not needed) may change the next pass. So it repeats until nothing changes.
 *
 * @param {typeof import('ts-morph')} morph
 * @param {Library} library
 * @param {readonly SourceFile[]} files
 */
export function rewrite(morph, library, files) {
  const kinds = createKinds(morph, library, files)
  const values = createValues(morph, kinds.declarationOf)
  /** @type {Shared} */
  const shared = {
    resources: new Map(),
    signOutTo: undefined,
    consumed: new Set(),
    dropped: new Set(),
    added: new Map(),
    ...optionObjects(morph, files, kinds, values),
  }
  /** @type {Map<SourceFile, string>} */
  let texts = new Map()
  for (let pass = 0; pass < 8; pass += 1) {
    const next = new Map(
      files.map((file) => [file, print({ morph, library, kinds, values, shared, file })]),
    )
    const same = files.every((file) => next.get(file) === texts.get(file))
    texts = next
    if (same) break
  }
  return { texts, resources: [...shared.resources.keys()] }
}

/**
 * The objects with the options of a client, in all files.
 *
 * @param {typeof import('ts-morph')} morph
 * @param {readonly SourceFile[]} files
 * @param {ReturnType<typeof createKinds>} kinds
 * @param {ReturnType<typeof createValues>} values
 */
function optionObjects({ Node }, files, kinds, values) {
  /** @type {Set<Node>} */
  const options = new Set()
  /** @type {Set<Node>} */
  const given = new Set()
  /** @param {Node | undefined} node */
  const add = (node) => {
    const object = values.objectOf(node)
    if (!object) return
    options.add(object)
    given.add(object)
  }
  for (const node of files.flatMap((file) => file.getDescendants())) {
    const isMade = Node.isNewExpression(node) || Node.isCallExpression(node)
    if (isMade && kinds.kindOf(node)?.name === 'client' && !kinds.memberOf(node.getExpression()))
      add(node.getArguments()[0])
    if (!Node.isJsxOpeningElement(node) && !Node.isJsxSelfClosingElement(node)) continue
    if (kinds.exportOf(node.getTagNameNode())?.is !== 'provider') continue
    given.add(node)
    for (const one of node.getAttributes())
      if (Node.isJsxSpreadAttribute(one)) add(one.getExpression())
  }
  return { options, given }
}

/**
 * @param {Pick<import('./types.js').Tools, 'morph' | 'library' | 'kinds' | 'values' | 'shared' | 'file'>} of
 * @returns {string}
 */
function print(of) {
  const { morph, library, shared, file } = of
  const { Node } = morph
  const source = file.getFullText()
  const link = `See node_modules/pixy-auth/docs/moving.md#${library.anchor}`
  /** @type {string[]} */
  let todos = []
  /** @type {State} */
  const state = {
    needs: new Set(),
    kept: [],
    hoisted: [],
    style: styleOf(file),
    todo: (sentence) => void todos.push(sentence),
  }
  const names = createNames({ ...of, state })
  const tools = { ...of, state, names, render, children, inside }
  const rules = [
    ...createStatements(tools),
    ...createCalls(tools),
    ...createSetup(tools),
    ...names.rules,
  ]

  /** @param {Node} node @returns {string} */
  function render(node) {
    for (const rule of rules) {
      const text = rule(node)
      if (text !== undefined) return text
    }
    return children(node)
  }

  /** @param {Node} node */
  function children(node) {
    const parts = node.forEachChildAsArray().toSorted((a, b) => a.getPos() - b.getPos())
    return inside(parts, node.getStart(), node.getEnd())
  }

  /** @param {readonly Node[]} parts @param {number} start @param {number} end */
  function inside(parts, start, end) {
    let text = ''
    let at = start
    for (const part of parts) {
      const [from, written] = isStatement(part) ? statement(part) : [part.getStart(), render(part)]
      text += source.slice(at, Math.max(from, at)) + written
      at = part.getEnd()
    }
    return text + source.slice(at, end)
  }

  /** @param {Node} node */
  const isStatement = (node) =>
    Node.isPropertyDeclaration(node) ||
    (Node.isStatement(node) && !Node.isBlock(node) && !Node.isVariableDeclarationList(node))

  /** @param {Node} node @returns {[from: number, text: string]} */
  function statement(node) {
    const outer = todos
    todos = []
    const text = render(node)
    const own = [...new Set(todos)]
    todos = outer
    const start = node.getStart()
    if (shared.dropped.has(node))
      return Node.isIfStatement(node.getParent()) ? [start, '{}'] : [node.getFullStart(), '']
    const before = node.getParent() === file ? state.hoisted.splice(0) : []
    const lines = own
      .map((sentence) => `// ${MARK} ${sentence} ${link}`)
      .filter((line) => !source.slice(node.getFullStart(), start).includes(line))
    const indent = /[ \t]*$/.exec(source.slice(0, start))?.[0] ?? ''
    return [start, [...before, ...lines, text].join(`\n${indent}`)]
  }

  const body = source.slice(0, file.getStart()) + children(file) + source.slice(file.getEnd())
  if (body.replaceAll(/[\uE000-\uE002]/g, '') === source) return source
  const kept = state.kept.map((node) => [node.getText(), packageOf(node)])
  const { imports, own } = importText(
    state.needs,
    /** @type {[string, string][]} */ (kept),
    state.style,
  )
  const place = `${body.includes('\uE000') ? '' : '\uE000\n'}${body.includes('\uE001') ? '' : '\uE001\n\n'}`
  const marked = place + body
  return tidy(
    marked
      .replace('\uE000', imports || '\uE002')
      .replace('\uE001', own)
      .replaceAll(/[ \t]*\uE002\n?/g, ''),
  )

  /** @param {Node} node */
  function packageOf(node) {
    const [own] = node.getSymbol()?.getDeclarations() ?? []
    return own
      ?.getFirstAncestorByKind(morph.SyntaxKind.ImportDeclaration)
      ?.getModuleSpecifierValue()
  }
}

/** The app's code style. @param {SourceFile} file */
function styleOf(file) {
  const [first] = file.getImportDeclarations()
  const text = first?.getText() ?? "import 'x'"
  return {
    quote: text.includes('"') ? '"' : "'",
    semicolon: text.endsWith(';') ? ';' : '',
    indent: /^[ \t]*/.exec(file.getFullText())?.[0] ?? '',
    isTyped: /\.[cm]?tsx?$/.test(file.getFilePath()),
  }
}

/** Remove blank lines that are left over from removed imports and statements. @param {string} text */
const tidy = (text) => text.replace(/^\s*\n/, '').replaceAll(/\n{3,}/g, '\n\n')
