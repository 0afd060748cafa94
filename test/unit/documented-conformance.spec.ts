import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const root = `${import.meta.dirname}/../..`
const row = /^\| .+? \| `([\w-]+)`: (.+?) +\|$/gm

test('every row of docs/conformance.md names an existing test, step or row', async () => {
  const text = await readFile(`${root}/docs/conformance.md`, 'utf8')
  const rows = [...text.matchAll(row)]
  expect(rows.length).toBeGreaterThan(45)
  for (const [, name = '', title = ''] of rows) {
    const spec = await readFile(`${root}/test/browser/${name}.spec.ts`, 'utf8')
    expect(spec, name).toContain(title)
  }
})

test('every test name taken from the suites has a row in docs/conformance.md', async () => {
  const text = await readFile(`${root}/docs/conformance.md`, 'utf8')
  for (const name of ['id-token', 'id-token-signature', 'refresh-id-token', 'signing-keys']) {
    const spec = await readFile(`${root}/test/browser/${name}.spec.ts`, 'utf8')
    for (const [id] of spec.matchAll(/(?:oidcc|fapi\d) [a-z][\w-]+/g))
      expect(text, id).toContain(`: ${id} `)
  }
})
