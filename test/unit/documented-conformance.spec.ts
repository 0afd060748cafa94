import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const root = `${import.meta.dirname}/../..`
const row = /^\| .+? \| `([\w-]+)`: (.+?) +\|$/gm

const page = (): Promise<string> => readFile(`${root}/docs/conformance.md`, 'utf8')

test('every row of docs/conformance.md names a test, step or row that exists', async () => {
  const rows = [...(await page()).matchAll(row)]
  expect(rows.length).toBeGreaterThan(45)
  for (const [, name = '', title = ''] of rows) {
    const spec = await readFile(`${root}/test/browser/${name}.spec.ts`, 'utf8')
    expect(spec, name).toContain(title)
  }
})

test('every conformance test that a spec names is in docs/conformance.md', async () => {
  const text = await page()
  const named = new Set<string>()
  for (const file of await readdir(`${root}/test/browser`)) {
    const spec = await readFile(`${root}/test/browser/${file}`, 'utf8')
    for (const [id] of spec.matchAll(/(?:oidcc|fapi\d) [a-z][\w-]+/g)) named.add(id)
  }
  expect(named.size).toBeGreaterThan(30)
  for (const id of named) expect(text, id).toContain(`: ${id} `)
})
