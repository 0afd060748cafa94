import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** A piece of code in the documentation. */
export interface Block {
  /** From the root: `docs/fetch.md`. */
  readonly file: string
  /** The heading it stands under. */
  readonly heading: string
  /** What the fence says: `tsx`. */
  readonly language: string
  /** The line of the file that the code starts at. */
  readonly line: number
  readonly code: string
}

const documents = (): string[] => [
  join(root, 'README.md'),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name)),
]

function blocksOf(path: string): Block[] {
  const text = readFileSync(path, 'utf8')
  // A heading, or a fenced block from the start of a line to the next bare fence.
  const part = /^#+ (?<title>.+)$|^```(?<language>\w+)\n(?<code>[^]*?)^```$/gm
  let heading = ''
  return [...text.matchAll(part)].flatMap(({ index, groups = {} }) => {
    const { title, language = '', code = '' } = groups
    if (title !== undefined) heading = title
    if (title !== undefined) return []
    const line = text.slice(0, index).split('\n').length + 1
    return [{ file: relative(root, path), heading, language, line, code }]
  })
}

/** Every block of README.md and docs/*.md, in order. */
export const blocks = (): Block[] => documents().flatMap(blocksOf)

/** The first block of a language under a heading. */
export function block(file: string, heading: string, language: string): Block {
  const found = blocksOf(join(root, file)).find(
    (one) => one.heading === heading && one.language === language,
  )
  if (!found) throw new Error(`${file} has no ${language} under "${heading}"`)
  return found
}
