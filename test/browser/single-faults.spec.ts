import { expect, test } from '../support/fixture.js'

test.use({ mode: 'manual' })

test('every call settles within 15 s under any one fault', async ({ page, api }) => {
  // Dozens of tabs at once are much work.
  test.setTimeout(600_000)
  await page.goto('/frames')
  const all = await page.evaluate((url) => window.tabs.settle('single', url), `${api.url}me`)
  expect(all.length).toBeGreaterThan(100)
  expect(all.filter(({ seconds }) => seconds > 15)).toEqual([])
  // An AuthError's code, and never what a browser throws.
  expect(all.filter(({ outcome }) => !/^[a-z_]+$/.test(outcome))).toEqual([])
})
