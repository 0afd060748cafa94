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
