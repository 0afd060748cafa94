import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { faults } from '../../scripts/faults.mjs'
import { textOf } from '../../scripts/rows.mjs'

test('docs/faults.md is what `npm run docs` writes', async () => {
  const text = await readFile(`${import.meta.dirname}/../../docs/faults.md`, 'utf8')
  expect(text).toBe(await textOf(faults))
  expect(text.match(/^\| F\d+ /gm)).toHaveLength(90)
})
