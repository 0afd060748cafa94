import type { CDPSession, Page } from '@playwright/test'
import { expect } from '../support/fixture.js'
import { test } from '../support/resource-server.js'

// Chromium refuses some of the requests when more than about 1,400 are under way.
const count = Number(process.env['CALLS'] ?? 1000)
const rounds = Number(process.env['ROUNDS'] ?? 8)

/** Milliseconds that the main thread has worked so far, without those in which it had to wait for a core. */
async function worked(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN)
}

/** Make so many calls at once. The answer is how many had one. */
const call = (page: Page, side: 'platform' | 'ours', url: string): Promise<number> =>
  page.evaluate(
    async ([side, url, count]) => {
      const headers = { authorization: `Bearer ${await window.auth.getAccessToken()}` }
      const one = (): Promise<Response> =>
        side === 'ours' ? window.auth.fetch(url) : window.fetch(url, { headers })
      const all = await Promise.allSettled(
        Array.from({ length: count }, async () => (await one()).text()),
      )
      return all.filter(({ status }) => status === 'fulfilled').length
    },
    [side, url, count] as const,
  )

test('many calls at once keep the main thread at most 1.3 times as long as the platform', async ({
  app,
  page,
  shop,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'Only Chromium tells how long the main thread worked.')
  test.setTimeout(0)
  await app.open()
  await app.signIn()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const ratios: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const spent = { platform: 0, ours: 0 }
    // In turn: what the first leaves to collect, the second pays for.
    for (const side of round % 2
      ? (['platform', 'ours'] as const)
      : (['ours', 'platform'] as const)) {
      const before = await worked(session)
      expect(await call(page, side, shop.url)).toBe(count)
      spent[side] = (await worked(session)) - before
    }
    console.info(`platform ${spent.platform.toFixed(0)} ms, ours ${spent.ours.toFixed(0)} ms`)
    // The first round warms up.
    if (round > 0) ratios.push(spent.ours / spent.platform)
  }
  const ratio = ratios.toSorted((a, b) => a - b)[rounds >> 1] ?? NaN
  console.info(`${count} calls at once: ${ratio.toFixed(2)} times the platform`)
  expect(ratio).toBeLessThanOrEqual(1.3)
})
