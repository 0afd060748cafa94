import { expect, test } from '../support/fixture.js'
import { call, expire, holdTokens, refreshes, saying } from '../support/session.js'

// The server allows no reuse: a refresh token that is presented twice ends the whole session.

declare global {
  interface Window {
    /** How often this page has set a timer of less than a second. */
    shortWaits: number
  }
}

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

test('calls share one refresh; an aborted call ends only its own waiting', async ({
  app,
  server,
  api,
}) => {
  const outcomes = (): string[] => server.refreshTokenUses.map(({ outcome }) => outcome)
  await test.step('fifty calls all get the new token', async () => {
    const before = (await app.token()).value
    await expire(app)
    const tokens = new Set(await app.tokens(50))
    expect(tokens.size).toBe(1)
    expect([...tokens]).not.toContain(before)
    expect(server.verify([...tokens][0] ?? '')).toBeDefined()
    expect(refreshes(server)).toHaveLength(1)
  })
  await test.step('one call is aborted', async () => {
    await expire(app)
    holdTokens(server)
    await app.page.evaluate((url) => {
      const controller = new AbortController()
      const answer = window.auth.fetch(url, { signal: controller.signal })
      const name = answer.then(
        () => 'answered',
        (error: Error) => error.name,
      )
      Object.assign(window, { giveUp: () => (controller.abort(), name) })
    }, `${api.url}me`)
    await expect.poll(() => refreshes(server)).toHaveLength(2)
    const outcome = app.page.evaluate(() => (window as unknown as { giveUp(): unknown }).giveUp())
    expect(await outcome).toBe('AbortError')
    server.heal()
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(api.seen).toHaveLength(0)
    expect(outcomes()).toHaveLength(2)
  })
})

test('F83: a reload during a refresh costs one more request, not the session', async ({
  app,
  server,
}) => {
  await expire(app)
  server.fail('token', { hang: true })
  await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  expect((await app.reload()).status).toBe('signed-in')
  // A call that waited as for a living tab would time out.
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
})

test('tabs that call refresh() at once do not present a refresh token twice', async ({
  app,
  server,
  secondTab,
}) => {
  const tabs = [app, await secondTab(), await secondTab()]
  holdTokens(server)
  const states = Promise.all(tabs.map((tab) => tab.refresh()))
  // Two of them wait for the lock of the third.
  const waiting = async () => (await navigator.locks.query()).pending?.length
  await expect.poll(() => app.page.evaluate(waiting)).toBe(2)
  server.heal()
  for (const { value } of await states) expect(value).toMatchObject({ status: 'signed-in' })
  expect(refreshes(server).length).toBeGreaterThan(0)
  const outcomes = new Set(server.refreshTokenUses.map(({ outcome }) => outcome))
  expect([...outcomes]).toEqual(['rotated'])
})

test.describe('without Web Locks', () => {
  test.use({ options: { timeout: 60 } })

  test.beforeEach(async ({ context }) => {
    await context.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })
      window.shortWaits = 0
      const real = window.setTimeout
      window.setTimeout = ((work: () => void, ms = 0) => {
        if (ms === 300) window.shortWaits++
        return real(work, ms)
      }) as typeof setTimeout
    })
  })

  test('F24: three tabs share one refresh all the same', async ({ app, server, secondTab }) => {
    await app.reload()
    const others = [await secondTab(), await secondTab()]
    const tabs = [app, ...others]
    expect(await app.page.evaluate(() => navigator.locks)).toBeUndefined()
    await expire(app, ...others)
    holdTokens(server)
    const answers = tabs.map((tab) => tab.tokens(10))
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    // The other two look again and again whether the first one is done.
    const havePatience = async (): Promise<number> => {
      const waits = tabs.map(({ page }) => page.evaluate(() => window.shortWaits))
      return (await Promise.all(waits)).filter((count) => count >= 5).length
    }
    await expect.poll(havePatience).toBe(2)
    expect(refreshes(server)).toHaveLength(1)
    server.heal()
    const tokens = (await Promise.all(answers)).flat()
    expect(refreshes(server)).toHaveLength(1)
    expect(tokens).toHaveLength(30)
    for (const token of tokens) expect(server.verify(token)).toBeDefined()
  })
})

test('F18: a tab closed during its refresh leaves it to another tab', async ({
  server,
  app,
  secondTab,
}) => {
  const closing = await secondTab()
  await expire(app, closing)
  // The request is never answered and has no effect; it is cut when the tab is gone.
  server.fail('token', { hang: true })
  await call(closing)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  const waiting = await call(app)
  await closing.page.close()
  // A call that waited as for a living tab would time out.
  expect(server.verify(await waiting.answer())).toBeDefined()
  expect(refreshes(server)).toHaveLength(2)
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
})

test('a tab closed after the rotation costs no session if the server allows a reuse', async ({
  server,
  app,
  secondTab,
}) => {
  server.options.reuseGrace = 30
  const closing = await secondTab()
  await expire(app, closing)
  holdTokens(server)
  await call(closing)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  await closing.page.close()
  // The tab is gone, and now its request takes effect.
  server.heal()
  await expect.poll(() => server.refreshTokenUses).toHaveLength(1)
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
  expect(await saying(app)).toBe('signed-in')
  expect(server.refreshTokenUses).toHaveLength(2)
})

test('F19: a lone tab closed during its refresh is signed in when reopened', async ({
  app,
  context,
  server,
  secondTab,
}) => {
  await expire(app)
  server.fail('token', { hang: true })
  await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  await context.newPage()
  await app.page.close()
  const reopened = await secondTab()
  expect(server.verify((await reopened.token()).value ?? '')).toBeDefined()
  expect(server.refreshTokenUses).toHaveLength(1)
})
