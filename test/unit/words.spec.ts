import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const root = `${import.meta.dirname}/../..`

/** Words that hide who does what. */
const smells =
  /\b(?:nobody|no one|anybody|somebody|someone else|whoever|whomever|another one|is over|its verbs|mend(?:s|ed)?)\b/gi

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
