import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { threats } from '../../scripts/threats.mjs'
import { textOf } from '../../scripts/rows.mjs'

test('docs/threats.md is what `npm run docs` writes', async () => {
  const text = await readFile(`${import.meta.dirname}/../../docs/threats.md`, 'utf8')
  expect(text).toBe(await textOf(threats))
  expect(text.match(/^\| T\d+ /gm)).toHaveLength(53)
})
