import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { llmsText, skillText } from '../../scripts/agents.mjs'

const root = `${import.meta.dirname}/../..`
const read = (file: string): Promise<string> => readFile(`${root}/${file}`, 'utf8')

test('llms.txt and SKILL.md are what `npm run docs` writes', async () => {
  expect(await read('llms.txt'), 'run `npm run docs`').toBe(await llmsText())
  expect(await read('SKILL.md'), 'run `npm run docs`').toBe(await skillText())
})

test('SKILL.md has ten tasks, and llms.txt every page', async () => {
  expect([...(await skillText()).matchAll(/^## \d+\. /gm)]).toHaveLength(10)
  const list = await llmsText()
  for (const name of await readdir(`${root}/docs`))
    if (name !== 'README.md') expect(list, name).toContain(`(docs/${name})`)
})
