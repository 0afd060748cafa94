import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { page, threats } from '../../scripts/threats.mjs'

test('docs/threats.md says what the tests say, of all 45 rows (`npm run docs` writes it)', async () => {
  const rows = await threats()
  expect(rows).toHaveLength(45)
  expect(rows.filter(({ isOpen }) => isOpen).map(({ row }) => row)).toEqual([])
  expect(await readFile(`${import.meta.dirname}/../../docs/threats.md`, 'utf8')).toBe(
    await page(rows),
  )
})
