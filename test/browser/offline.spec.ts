import { expect, test, type Tab } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'
import { expire, refreshes, saying, wake } from '../support/session.js'

/** Set `navigator.onLine` alone: `context.setOffline` fires `online` by itself. */
const setOnLine = ({ page }: Tab, onLine: boolean): Promise<void> =>
  page.evaluate((value) => {
    Object.defineProperty(navigator, 'onLine', { get: () => value, configurable: true })
  }, onLine)

/** Start a new client in the open page, as an app does that a service worker serves offline. */
async function startAgain(tab: Tab): Promise<string> {
  await tab.page.evaluate(async () => {
    window.auth.dispose()
    window.auth = window.Pixy.createAuth(window.options)
    await window.auth.start()
  })
  return saying(tab)
}

test('F39: an offline start is signed in and stale until the network is back', async ({
  app,
  api,
  context,
  server,
}) => {
  await app.open()
  await app.signIn()
  // A service worker has every file of the app: what a refresh needs is loaded before.
  await app.refresh()
  await test.step('with a token that still lives', async () => {
    await context.setOffline(true)
    expect(await startAgain(app)).toBe('signed-in network')
    expect((await app.token()).error).toBeUndefined()
    await context.setOffline(false)
    await app.becomes('signed-in')
    // That took no refresh.
    expect(refreshes(server)).toHaveLength(1)
  })
  await test.step('with an expired token', async () => {
    await expire(app)
    await context.setOffline(true)
    expect(await startAgain(app)).toBe('signed-in network')
    // The calls reject as soon as the network fails, and do not run into their timeout.
    for (const { error } of await Promise.all([app.token(), app.fetch(`${api.url}me`)]))
      expect(error).toMatchObject({ code: 'network', retryable: true })
    expect(await saying(app)).toBe('signed-in network')
    await context.setOffline(false)
    await app.becomes('signed-in')
    await expect.poll(() => refreshes(server)).toHaveLength(2)
  })
  const ways = (['visibilitychange', 'pageshow', 'online'] as const).map(
    (way) => [way, way] as const,
  )
  await eachRow(ways, async (_name, way) => {
    const before = refreshes(server).length
    await expire(app)
    await setOnLine(app, false)
    expect(await startAgain(app)).toBe('signed-in network')
    await setOnLine(app, true)
    expect(refreshes(server)).toHaveLength(before)
    await wake(app, way)
    await app.becomes('signed-in')
    await expect.poll(() => refreshes(server)).toHaveLength(before + 1)
    // The call waits until the new token is stored.
    expect((await app.token()).error).toBeUndefined()
  })
})

test('F40: without a session an offline start is signed out, a sign-in fails', async ({
  app,
  context,
  server,
}) => {
  server.fail('openid-configuration', { drop: 'before' }, Infinity)
  await app.open()
  expect((await app.token()).error?.code).toBe('not_signed_in')
  // Load the code that a sign-in needs, as an idle page does with the chunks of the package.
  expect((await app.attempt(() => window.auth.signInUrl())).error?.code).toBe('network')
  await context.setOffline(true)
  expect(await startAgain(app)).toBe('signed-out')
  expect((await app.token()).error?.code).toBe('not_signed_in')
  const { error } = await app.attempt(() => window.auth.signIn())
  expect(error).toMatchObject({ code: 'network', retryable: true })
  expect(await saying(app)).toBe('signed-out network')
  server.heal()
  await context.setOffline(false)
  // A request for metadata that the idle page began offline may fail a sign-in that joins it.
  const prepared = async () => (await app.attempt(() => window.auth.signInUrl())).error
  await expect.poll(prepared).toBeUndefined()
  await app.signIn()
})

test.describe('without a refresh token', () => {
  test.use({ options: { scope: 'openid' } })

  test('F39: an offline start is stale until the network is back', async ({ app }) => {
    await app.open()
    await app.signIn()
    await setOnLine(app, false)
    expect(await startAgain(app)).toBe('signed-in network')
    await setOnLine(app, true)
    await wake(app, 'online')
    await app.becomes('signed-in')
  })
})
