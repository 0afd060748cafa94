import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { run } from '../../scripts/run.mjs'

const root = new URL('../../', import.meta.url)

test('the bench measures every row', async () => {
  // On a busy machine it takes minutes.
  test.setTimeout(600_000)
  const { code, output } = await run(
    'node',
    ['bench/run.mjs', '--plain', '--libraries=pixy,floor', '--rounds=1', '--amount=0.01'],
    { cwd: root, limit: 580 },
  )
  expect(code, output).toBe(0)
  expect(output).not.toContain('failed')
  for (const row of ['first visit', 'callback', 'click', 'reload', 'forced refresh', 'heap'])
    expect(output).toMatch(new RegExp(`\\| ${row}.* \\| [\\d.]+ \\| [\\d.]+ \\|`))
  expect(output).toMatch(/\| 8 tabs × 10 calls: refreshes +\| 1 \|/)
})

/** The rows of milliseconds in a table, without ranges. */
function medians(text: string): string[][] {
  const rows = text.split('\n').filter((line) => /^\| .*( →| after a reload)/.test(line))
  const times = rows.filter((line) => !line.includes(', requests'))
  return times.map((line) => {
    const [name = '', ...cells] = line.split('|').slice(1, -1)
    return [name.replace(', ms', ''), ...cells].map((cell) => cell.replace(/\(.*/, '').trim())
  })
}

test('the README shows the medians of docs/bench.md', async () => {
  const [shown, measured] = await Promise.all(
    ['README.md', 'docs/bench.md'].map((name) => readFile(new URL(name, root), 'utf8')),
  )
  const [journeys = ''] = measured?.split('\n## Size') ?? []
  expect(medians(shown ?? '')).toHaveLength(5)
  expect(medians(shown ?? '')).toEqual(medians(journeys))
})

test('a new measurement changes the tables and the date, and no sentence', async () => {
  const { withTables } = (await import(new URL('bench/markdown.mjs', root).href)) as {
    withTables: (page: string, tables: string[], date: string) => string
  }
  const section = (title: string, cell: string): string =>
    `## ${title}\n\nIt says.\n\n| ${cell} |\n| --- |\n`
  const page = (one: string, date: string): string =>
    `# Bench\n\nMeasured on ${date}.\n\n${section('One', one)}\n${section('Two', 'b')}`
  const measured = '## One\n\n| new |\n| --- |\n\n- x failed 1 of 1 times'
  expect(withTables(page('a', '2026-01-01'), [measured], '2026-02-02')).toBe(
    page('new', '2026-02-02'),
  )
})
