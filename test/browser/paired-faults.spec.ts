import { expect, test } from '../support/fixture.js'

test.use({ mode: 'manual' })

test('every call settles within 30 s under any two faults', async ({ page, api }) => {
  // Dozens of tabs at once are much work.
  test.setTimeout(600_000)
  await page.goto('/frames')
  const all = await page.evaluate((url) => window.tabs.settle('pair', url), `${api.url}me`)
  expect(all.length).toBeGreaterThan(100)
  expect(all.filter(({ seconds }) => seconds > 30)).toEqual([])
  // An AuthError's code, and never what a browser throws.
  expect(all.filter(({ outcome }) => !/^[a-z_]+$/.test(outcome))).toEqual([])
})
