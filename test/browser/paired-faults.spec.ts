import { expect, test } from '../support/fixture.js'

// Six seconds less than by default, for the server and for the bound.
test.use({ mode: 'manual', options: { timeout: 4 } })

test('every call settles within 30 s under any two faults of the network, the storage and the locks', async ({
  page,
  api,
}) => {
  test.setTimeout(120_000)
  await page.goto('/frames')
  const all = await page.evaluate((url) => window.tabs.settle('pair', url), `${api.url}me`)
  expect(all.length).toBeGreaterThan(100)
  expect(all.filter(({ seconds }) => seconds > 24)).toEqual([])
  // An AuthError's code, and never what a browser throws.
  expect(all.filter(({ outcome }) => !/^[a-z_]+$/.test(outcome))).toEqual([])
})
