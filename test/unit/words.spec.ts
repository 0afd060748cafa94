import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { parseSync, Visitor, type ESTree } from 'rolldown/utils'

const root = `${import.meta.dirname}/../..`

/** Words that hide who does what. */
const smells =
  /\b(?:nobody|no one|anybody|somebody|someone else|whoever|whomever|another one|is over|its verbs|mend(?:s|ed)?)\b/gi

/** How many characters a title has at most, without the data of its row. */
const longest = 80

/** What people read: the documents, and the comments of the sources. */
async function texts(): Promise<string[]> {
  const roots = (await readdir(root)).filter((name) => /\.(?:md|txt)$/.test(name))
  const inside = await Promise.all(
    ['docs', 'src', 'scripts'].map(async (folder) =>
      (await readdir(`${root}/${folder}`, { recursive: true }))
        .filter((path) => /\.(?:md|ts|mjs)$/.test(path))
        .map((path) => `${folder}/${path}`),
    ),
  )
  return [...roots, ...inside.flat()]
}

/** What a title says, if it is one: the text before a function, without the values in it. */
function titleOf({ arguments: [first, ...rest] }: ESTree.CallExpression): string | undefined {
  if (!rest.at(-1)?.type.includes('Function')) return undefined
  if (first?.type === 'TemplateLiteral')
    return first.quasis.map(({ value }) => value.cooked).join('')
  return first?.type === 'Literal' && typeof first.value === 'string' ? first.value : undefined
}

/** The titles in a spec: of its tests, and of their groups and steps. */
function titlesIn(file: string, text: string): string[] {
  const titles: string[] = []
  new Visitor({
    CallExpression(call) {
      titles.push(titleOf(call) ?? '')
    },
  }).visit(parseSync(file, text).program)
  return titles.filter(Boolean)
}

/** The titles in all specs. */
async function titles(): Promise<string[]> {
  const files = await readdir(`${root}/test`, { recursive: true })
  const specs = files.filter((file) => file.endsWith('.spec.ts') && !file.includes('node_modules'))
  const each = specs.map(async (file) =>
    titlesIn(file, await readFile(`${root}/test/${file}`, 'utf8')),
  )
  return (await Promise.all(each)).flat()
}

test('no document and no comment has a word that hides who does what', async () => {
  const found: string[] = []
  for (const file of await texts()) {
    const text = await readFile(`${root}/${file}`, 'utf8')
    // A phrase may be broken at the end of a line, also in a comment.
    const flat = text.replaceAll(/\n(?:[ \t]*(?:\*|\/\/|-|>) ?|[ \t]*)(?=\S)/g, ' ')
    for (const [word] of flat.matchAll(smells)) found.push(`${file}: ${word}`)
  }
  expect(found).toEqual([])
})

test('no title of a test has a word that hides who does what', async () => {
  expect((await titles()).filter((title) => title.match(smells))).toEqual([])
})

test('no title of a test is longer than 80 characters', async () => {
  const all = await titles()
  expect(all.length).toBeGreaterThan(1500)
  expect(all.filter((title) => title.length > longest)).toEqual([])
})
