import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { expect, test } from '@playwright/test'

const root = join(import.meta.dirname, '../..')

const documents = async (): Promise<string[]> => [
  ...(await readdir(root)).filter((name) => /\.(?:md|txt)$/.test(name)),
  ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`),
]

/** A document without its code. */
const prose = async (file: string): Promise<string> =>
  (await readFile(join(root, file), 'utf8')).replaceAll(/^```[^]*?^```$/gm, '')

/** What a link to a heading of the document says after `#`, as GitHub makes it. */
async function anchors(file: string): Promise<Set<string>> {
  const seen = new Map<string, number>()
  const headings = (await prose(file)).matchAll(/^#+ (.+)$/gm)
  return new Set(
    [...headings].map(([, title = '']) => {
      const slug = title
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-')
      const count = seen.get(slug) ?? 0
      seen.set(slug, count + 1)
      return count === 0 ? slug : `${slug}-${count}`
    }),
  )
}

/** The links of a document that lead to nothing. */
async function broken(file: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const [, link = ''] of text.matchAll(/\]\((?!https?:|mailto:)<?([^)>]+)>?\)/g)) {
    const [path = '', anchor] = link.split('#')
    const target = path ? relative(root, join(root, dirname(file), path)) : file
    const isThere = existsSync(join(root, target))
    if (!isThere || (anchor !== undefined && !(await anchors(target)).has(anchor)))
      found.push(`${file}: ${link}`)
  }
  return found
}

test('every link inside the repository leads to a file, and to a heading of it', async () => {
  const found: string[] = []
  for (const file of await documents()) found.push(...(await broken(file, await prose(file))))
  expect(found).toEqual([])
})

test('a link to a file or heading that is not there is found', async () => {
  const text = '[a](no-such.md) [b](start.md#refresh-tokens) [c](start.md#gone) [d](#here)'
  expect(await broken('docs/README.md', text)).toEqual([
    'docs/README.md: no-such.md',
    'docs/README.md: start.md#gone',
    'docs/README.md: #here',
  ])
})

test('docs/README.md lists every page', async () => {
  const index = await prose('docs/README.md')
  const names = (await readdir(join(root, 'docs'))).filter((name) => name !== 'README.md')
  for (const name of names) expect(index, name).toContain(`(${name})`)
})
