import type { CDPSession } from '@playwright/test'
import { expect } from '../support/fixture.js'
import { test } from '../support/resource-server.js'

const count = Number(process.env['CALLS'] ?? 100_000)

interface Left {
  readonly bytes: number
  readonly listeners: number
}

/** What is in use once nothing is left to collect. */
async function used(session: CDPSession): Promise<Left> {
  await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const value = (wanted: string): number =>
    metrics.find(({ name }) => name === wanted)?.value ?? NaN
  const { usedSize, embedderHeapUsedSize = 0 } = await session.send('Runtime.getHeapUsage')
  return { bytes: usedSize + embedderHeapUsedSize, listeners: value('JSEventListeners') }
}

test('calls with one long-lived signal leave nothing behind', async ({
  app,
  page,
  shop,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'Only Chromium counts listeners.')
  test.setTimeout(0)
  await app.open()
  await app.signIn()
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  await page.evaluate(() => Object.assign(window, { control: new AbortController() }))

  const call = (side: 'platform' | 'ours', count: number): Promise<void> =>
    page.evaluate(
      async ([side, url, count]) => {
        // Without the network, which the page would wait for. A Request follows its signal all the same.
        const real = window.fetch
        window.fetch = async (...given) => {
          await new Request(...given).text()
          return new Response('hello')
        }
        const headers = { authorization: `Bearer ${await window.auth.getAccessToken()}` }
        const { signal } = (window as unknown as { control: AbortController }).control
        const init = { method: 'POST', body: 'a'.repeat(1000), signal }
        for (let i = 0; i < count; i++) {
          const fetch = side === 'ours' ? window.auth.fetch : window.fetch
          const more = side === 'ours' ? init : { ...init, headers }
          await (await fetch(url, more)).text()
        }
        window.fetch = real
      },
      [side, shop.url, count] as const,
    )

  for (const side of ['platform', 'ours'] as const) {
    await call(side, 1000)
    const before = await used(session)
    await call(side, count)
    const after = await used(session)
    const perCall = (after.bytes - before.bytes) / count
    const listeners = after.listeners - before.listeners
    console.info(
      `${side}: ${perCall.toFixed(1)} bytes a call, ${listeners} listeners, ${count} calls`,
    )
    expect(listeners).toBeLessThan(100)
    if (side === 'ours') expect(perCall).toBeLessThan(10)
  }
})
