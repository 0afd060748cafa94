import { expect, test } from '../fixture.js'

test.use({ mode: 'manual' })

test('every call settles within 30 s under any two faults of the network, the storage and the locks', async ({
  page,
  api,
}) => {
  test.setTimeout(120_000)
  await page.goto('/frames')
  const all = await page.evaluate((url) => window.tabs.settle('pair', url), `${api.url}me`)
  expect(all.length).toBeGreaterThan(100)
  expect(all.filter(({ seconds }) => seconds > 30)).toEqual([])
  // An AuthError's code, and never what a browser throws.
  expect(all.filter(({ outcome }) => !/^[a-z_]+$/.test(outcome))).toEqual([])
})
