// Turns the files of an app into code that the rules can read and change. A script stays as it is. Of a component, each
// script block becomes a file. The markup's expressions are added to the block whose names they use.
import { readFileSync } from 'node:fs'
import { extname, relative } from 'node:path'
import { readComponent } from './components.mjs'
import { Refusal } from './load.mjs'
import { MARKUP } from './marks.mjs'
import { inMarkup, markupOf, wrap } from './markup.mjs'

/** @typedef {import('ts-morph').SourceFile} SourceFile */
/** @typedef {import('./types.js').Block} Block */
/** @typedef {import('./types.js').Edit} Edit */
/** @typedef {import('./types.js').Source} Source */
/** @typedef {typeof import('ts-morph')} Morph */

/**
 * @param {Morph} morph
 * @param {Map<string, import('./types.js').Compiler>} compilers
 * @param {string} folder
 * @param {readonly string[]} paths
 * @returns {Source[]}
 */
export function readSources(morph, compilers, folder, paths) {
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
  const sources = paths.map((path) => {
    const compiler = compilers.get(extname(path).slice(1))
    if (!compiler) return scriptSource(project, path)
    try {
      return componentSource(morph, project, compiler, path)
    } catch (error) {
      throw unread(relative(folder, path), error instanceof Error ? error.message : '')
    }
  })
  const program = project.getProgram()
  for (const { path, parts } of sources)
    for (const { file, lines } of parts)
      for (const one of program.getSyntacticDiagnostics(file)) {
        const says = one.getMessageText()
        throw unread(
          `${relative(folder, path)}:${(one.getLineNumber() ?? 0) + lines}`,
          typeof says === 'string' ? says : says.getMessageText(),
        )
      }
  return sources
}

/** @param {string} place @param {string} says */
const unread = (place, says) => new Refusal(`${place} does not parse: ${says} Nothing was changed.`)

/** @param {import('ts-morph').Project} project @param {string} path @returns {Source} */
function scriptSource(project, path) {
  const file = project.addSourceFileAtPath(path)
  const whole = readFileSync(path, 'utf8')
  return { path, whole, parts: [{ file, lines: 0 }], merge: (texts) => texts.get(file) ?? '' }
}

/**
 * @param {Morph} morph
 * @param {import('ts-morph').Project} project
 * @param {import('./types.js').Compiler} compiler
 * @param {string} path
 * @returns {Source}
 */
function componentSource({ ts }, project, compiler, path) {
  const whole = readFileSync(path, 'utf8')
  const { blocks, expressions } = readComponent(compiler, extname(path).slice(1), whole)
  const shown = blocks.find((one) => one.isShown) ?? blocks.at(-1) ?? NONE
  const wrapped = expressions.flatMap((one) => wrap(ts, one, whole))
  const parts = [...new Set([...blocks, shown])].map((block, index) => {
    const content = whole.slice(block.start, block.end)
    const code = content.replace(/^\s*\n/, '').trimEnd()
    const start = block.start + content.indexOf(code)
    const text = block === shown ? code + markupOf(wrapped) : code
    const file = project.createSourceFile(`${path}.${index}.${block.lang}`, text)
    return { file, start, end: start + code.length, block }
  })
  return {
    path,
    whole,
    parts: parts.map(({ file, start }) => ({
      file,
      lines: whole.slice(0, start).split('\n').length - 1,
    })),
    merge: (texts) =>
      edited(
        whole,
        parts.flatMap(({ file, start, end, block }) => {
          const text = texts.get(file) ?? ''
          if (text === file.getFullText()) return []
          const [code = '', markup = ''] = text.split(`\nfunction ${MARKUP}() {`)
          const script = block === NONE ? [] : [{ start, end, text: code }]
          return block === shown ? script.concat(inMarkup(markup, wrapped, block, whole)) : script
        }),
      ),
  }
}

/** The block of a component without a script. @type {Block} */
const NONE = { start: 0, end: 0, lang: 'js', isShown: false }

/** @param {string} text @param {readonly Edit[]} edits */
const edited = (text, edits) =>
  edits
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((all, { start, end, text }) => all.slice(0, start) + text + all.slice(end), text)
