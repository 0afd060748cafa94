import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const docs = `${import.meta.dirname}/../../docs`

/** Pages to look something up in. */
const references = new Set(['api.md', 'faults.md', 'providers.md', 'troubleshooting.md'])

/** What the documentation has a page of. */
const wanted = `start providers frameworks fetch tabs popup step-up backend testing troubleshooting security
threats faults architecture moving api react next vue nuxt svelte sveltekit solid angular lit html`

test('a page of docs has 200 lines at most, unless it is a reference', async () => {
  const long: string[] = []
  for (const name of await readdir(docs)) {
    const lines = (await readFile(`${docs}/${name}`, 'utf8')).trimEnd().split('\n').length
    if (lines > 200 && !references.has(name)) long.push(`${name}: ${lines}`)
  }
  expect(long).toEqual([])
})

test('each question and each framework has a page', async () => {
  expect(await readdir(docs)).toEqual(
    expect.arrayContaining(wanted.split(/\s/).map((name) => `${name}.md`)),
  )
})
