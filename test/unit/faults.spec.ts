import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { faults, page } from '../../scripts/faults.mjs'

test('docs/faults.md says what the tests say, of all 90 rows (`npm run docs` writes it)', async () => {
  const rows = await faults()
  expect(rows).toHaveLength(90)
  expect(rows.filter(({ isOpen }) => isOpen)).toEqual([])
  expect(await readFile(`${import.meta.dirname}/../../docs/faults.md`, 'utf8')).toBe(
    await page(rows),
  )
})
