import { expect, test } from '../support/fixture.js'
import { refreshes } from '../support/session.js'

declare global {
  interface Window {
    waiting: Awaited<ReturnType<Window['tabs']['crowd']>>
    frozen: Window['waiting'][number] | undefined
  }
}

// Many tabs: frames of one page, each a realm of its own. The server forgives nothing.

test.use({ mode: 'manual' })

test.beforeEach(async ({ page }) => {
  await page.goto('/frames')
  await page.evaluate(() => window.tabs.signIn())
})

test('F20: fifty tabs that need a new token at once are one refresh', async ({ page, server }) => {
  server.fail('token', { delay: 500 })
  const tokens = await page.evaluate(async () => {
    await window.tabs.expire()
    const tabs = await window.tabs.crowd(50)
    return Promise.all(tabs.map(({ auth }) => auth.getAccessToken()))
  })
  expect(new Set(tokens).size).toBe(1)
  expect(server.verify(tokens[0] ?? '')).toBeDefined()
  expect(refreshes(server)).toHaveLength(1)
})

test('T15: twenty tabs with fifty calls each are one refresh and a thousand answers', async ({
  page,
  server,
  api,
}) => {
  server.fail('token', { delay: 500 })
  const answers = await page.evaluate(async (url) => {
    await window.tabs.expire()
    const tabs = await window.tabs.crowd(20)
    const calls = tabs.flatMap(({ auth }) => Array.from({ length: 50 }, () => auth.fetch(url)))
    const all = await Promise.allSettled(calls)
    return all.map((one) => (one.status === 'fulfilled' ? one.value.status : one.reason.code))
  }, `${api.url}me`)
  expect(answers).toEqual(Array(1000).fill(200))
  expect(refreshes(server)).toHaveLength(1)
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
})

test.describe('with a timeout of one second', () => {
  test.use({ options: { timeout: 1 } })

  const places = { get: 'before its lease', fetch: 'at its lease', answer: 'behind its request' }

  test('F22: a tab that stops in the middle of a refresh, its lock held, costs twenty others their wait at most', async ({
    page,
    server,
  }) => {
    for (const [steps, step] of [
      [1, 'get'],
      [3, 'fetch'],
      [4, 'answer'],
    ] as const) {
      await test.step(places[step], async () => {
        const before = refreshes(server).length
        const answers = await page.evaluate(
          async ([many, name]) => {
            await window.tabs.expire()
            const [frozen, ...waiting] = await window.tabs.crowd(21)
            const { died } = window.tabs.limit(frozen!, many)
            frozen!.auth.getAccessToken().catch(() => {})
            if ((await died) !== name) throw new Error(`It stopped at ${await died}.`)
            Object.assign(window, { frozen, waiting })
            const calls = waiting.map(({ auth }) => auth.getAccessToken())
            const all = await Promise.allSettled(calls)
            return all.map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code))
          },
          [steps, step] as const,
        )
        expect(new Set(answers).size).toBe(1)
        if (step === 'get') expect(server.verify(answers[0] ?? '')).toBeDefined()
        else expect(answers[0]).toBe('timeout')
        expect(refreshes(server)).toHaveLength(before + (step === 'fetch' ? 0 : 1))
        // Its end frees the others. What the server gave it is lost with it, and forgiven.
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
})

test('twenty tabs know of a sign-in, a refresh and a sign-out within a tenth of a second', async ({
  page,
}) => {
  const delays = await page.evaluate(async () => {
    const tabs = await window.tabs.crowd(20)
    const [actor] = await window.tabs.crowd(1)
    const becomes = (status: string): Promise<number>[] =>
      tabs.map(
        ({ auth }) =>
          new Promise((heard) => {
            auth.subscribe((state) => state.status === status && heard(performance.now()))
          }),
      )
    const renewed = (before: string): Promise<number>[] =>
      tabs.map(async ({ auth }) => {
        while ((await auth.getAccessToken()) === before)
          await new Promise((resolve) => setTimeout(resolve, 5))
        return performance.now()
      })
    const after = async (heard: Promise<number>[], at: number): Promise<number[]> =>
      (await Promise.all(heard)).map((time) => Math.max(0, time - at))

    const found: Record<string, number[]> = { signOut: [], signIn: [], refresh: [] }
    for (let round = 0; round < 3; round++) {
      const before = await actor!.auth.getAccessToken()
      await actor!.auth.refresh()
      const renewedAt = performance.now()
      found['refresh']!.push(...(await after(renewed(before), renewedAt)))
      const signedOut = becomes('signed-out')
      const signedOutAt = performance.now()
      await actor!.auth.signOut({ local: true })
      found['signOut']!.push(...(await after(signedOut, signedOutAt)))
      const signedIn = becomes('signed-in')
      await window.tabs.signIn()
      found['signIn']!.push(...(await after(signedIn, performance.now())))
      // The actor is one of those who hear of it.
      await new Promise<void>((heard) => {
        actor!.auth.subscribe(({ status }) => status === 'signed-in' && heard())
      })
    }
    return found
  })
  for (const [what, all] of Object.entries(delays)) {
    const p99 = all.toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1]
    expect(p99, what).toBeLessThan(100)
  }
})
