import type { Page } from '@playwright/test'
import { expect, test } from '../support/fixture.js'
import { holdTokens, refreshes } from '../support/session.js'
import { waitLonger } from '../support/timers.js'

declare global {
  interface Window {
    waiting: Awaited<ReturnType<Window['tabs']['crowd']>>
    frozen: Window['waiting'][number] | undefined
  }
}

// Many tabs: frames of one page, each a realm of its own. The server accepts no refresh token twice.

test.use({ mode: 'manual' })

test.beforeEach(async ({ page }) => {
  await page.goto('/frames')
  await page.evaluate(() => window.tabs.signIn())
})

/** Wait until so many tabs wait for the lock of the tab that refreshes. */
async function expectWaiting(page: Page, count: number): Promise<void> {
  const waiting = async () => (await navigator.locks.query()).pending?.length
  await expect.poll(() => page.evaluate(waiting), { timeout: 0 }).toBe(count)
}

test.describe('with time for slow machines', () => {
  test.use({ options: { timeout: 120 } })
  test.beforeEach(({ page }) => waitLonger({ page }))

  test('F20: fifty tabs that need a new token at once share one refresh', async ({
    page,
    server,
  }) => {
    holdTokens(server)
    const calls = page.evaluate(async () => {
      await window.tabs.expire()
      const tabs = await window.tabs.crowd(50)
      return Promise.all(tabs.map(({ auth }) => auth.getAccessToken()))
    })
    await expectWaiting(page, 49)
    server.heal()
    const tokens = await calls
    expect(new Set(tokens).size).toBe(1)
    expect(server.verify(tokens[0] ?? '')).toBeDefined()
    expect(refreshes(server)).toHaveLength(1)
  })

  test('T15: twenty tabs with fifty calls each share one refresh', async ({
    page,
    server,
    api,
  }) => {
    holdTokens(server)
    const answers = page.evaluate(async (url) => {
      await window.tabs.expire()
      const tabs = await window.tabs.crowd(20)
      const calls = tabs.flatMap(({ auth }) => Array.from({ length: 50 }, () => auth.fetch(url)))
      const all = await Promise.allSettled(calls)
      return all.map((one) => (one.status === 'fulfilled' ? one.value.status : one.reason.code))
    }, `${api.url}me`)
    await expectWaiting(page, 19)
    server.heal()
    expect(await answers).toEqual(Array(1000).fill(200))
    expect(refreshes(server)).toHaveLength(1)
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  })
})

// After how many steps a tab stops, and at which; the `timeout` of all tabs: a minute where the other
// tabs get a token, a second where their calls time out.
const stops = [
  [1, 'get', 'before it has the lease', 60],
  [3, 'fetch', 'with the lease, before its request', 1],
  [4, 'answer', 'with the lease, after its request', 1],
] as const

test('F22: a tab that stops in a refresh only delays twenty other tabs', async ({
  page,
  server,
}) => {
  for (const [steps, step, name, timeout] of stops) {
    await test.step(name, async () => {
      const before = refreshes(server).length
      const answers = await page.evaluate(
        async ([many, name, seconds]) => {
          await window.tabs.expire()
          const open = () => window.tabs.open('/', { timeout: seconds })
          const all = await Promise.all(Array.from({ length: 21 }, open))
          await Promise.all(all.map(({ auth }) => auth.start()))
          const [frozen, ...waiting] = all
          const { died } = window.tabs.limit(frozen!, many)
          frozen!.auth.getAccessToken().catch(() => {})
          if ((await died) !== name) throw new Error(`It stopped at ${await died}.`)
          Object.assign(window, { frozen, waiting })
          const calls = waiting.map(({ auth }) => auth.getAccessToken())
          const settled = await Promise.allSettled(calls)
          return settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))
        },
        [steps, step, timeout] as const,
      )
      expect(new Set(answers).size).toBe(1)
      if (step === 'get') expect(server.verify(answers[0] ?? '')).toBeDefined()
      else expect(answers[0]).toBe('timeout')
      expect(refreshes(server)).toHaveLength(before + (step === 'fetch' ? 0 : 1))
      // Once the tab is closed the others go on. Its answer is lost, so the server must allow a reuse.
      server.options.reuseGrace = 60
      const token = await page.evaluate(async () => {
        window.tabs.close(window.frozen!)
        const { auth } = window.waiting[7]!
        for (;;) {
          const token = await auth.getAccessToken().catch(({ code }) => code)
          if (token === 'timeout') continue
          window.waiting.forEach(window.tabs.close)
          return token
        }
      })
      expect(server.verify(token), token).toBeDefined()
    })
  }
})

test('twenty tabs hear of a sign-in, a refresh and a sign-out', async ({ page, server }) => {
  const tokens = await page.evaluate(async () => {
    const tabs = await window.tabs.crowd(20)
    const [actor] = await window.tabs.crowd(1)
    const become = (status: string): Promise<unknown> =>
      Promise.all(
        [actor!, ...tabs].map(
          ({ auth }) =>
            new Promise<void>((heard) => {
              auth.subscribe((state) => state.status === status && heard())
            }),
        ),
      )
    await become('signed-in')
    const before = await actor!.auth.getAccessToken()
    await actor!.auth.refresh()
    const renewed = tabs.map(async ({ auth }) => {
      for (;;) {
        const token = await auth.getAccessToken()
        if (token !== before) return token
        await new Promise((resolve) => setTimeout(resolve))
      }
    })
    const tokens = await Promise.all(renewed)
    await actor!.auth.signOut({ local: true })
    await become('signed-out')
    await window.tabs.signIn()
    await become('signed-in')
    return tokens
  })
  expect(new Set(tokens).size).toBe(1)
  expect(server.verify(tokens[0] ?? '')).toBeDefined()
  expect(refreshes(server)).toHaveLength(1)
})
