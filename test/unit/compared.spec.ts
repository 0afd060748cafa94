import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'

const root = `${import.meta.dirname}/../..`

test('each comparison in the README names tests and sources in docs/compared.md', async () => {
  const readme = await readFile(`${root}/README.md`, 'utf8')
  const [, table = ''] = /^## What it does that others do not\n([^]*?)^\[/m.exec(readme) ?? []
  const rows = [...table.matchAll(/^\| ([^|]*\w[^|]*?) +\| yes/gm)].map(([, row = '']) => row)
  expect(rows.length).toBeGreaterThan(5)
  const page = await readFile(`${root}/docs/compared.md`, 'utf8')
  const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').toLowerCase()
  const entries = page.split(/^- \*\*/m).slice(1)
  for (const row of rows) {
    const entry = entries.find((text) => plain(text).startsWith(plain(row)))
    const specs = [...(entry ?? '').matchAll(/`([\w-]+\.spec\.ts)`/g)].map(([, name]) => name)
    expect(specs.length, row).toBeGreaterThan(0)
    for (const name of specs)
      expect(existsSync(`${root}/test/browser/${name}`), `${row}: ${name}`).toBe(true)
  }
})

test('the README is at most 200 lines long', async () => {
  const lines = (await readFile(`${root}/README.md`, 'utf8')).trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(200)
})
