import { expect, test } from '../support/fixture.js'

test.use({ mode: 'manual' })

test('twenty tabs hear of a sign-in, a refresh and a sign-out within 100 ms', async ({ page }) => {
  await page.goto('/frames')
  await page.evaluate(() => window.tabs.signIn())
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
      // The actor hears of the sign-in, too.
      await new Promise<void>((heard) => {
        actor!.auth.subscribe(({ status }) => status === 'signed-in' && heard())
      })
    }
    return found
  })
  for (const [what, all] of Object.entries(delays)) {
    const p99 = all.toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1] ?? NaN
    console.info(`${what}: p99 ${p99.toFixed(1)} ms`)
    expect(p99, what).toBeLessThan(100)
  }
})
