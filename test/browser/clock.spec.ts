import { expect, test } from '../support/fixture.js'
import { answer, make } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'
import { expire, refreshes } from '../support/session.js'

const minute = 60_000
const year = 365 * 24 * 60 * minute

const clocks: [name: string, off: number, says: string][] = [
  ['ten minutes ahead', 10 * minute, 'clock_skew'],
  ['an hour ahead', 60 * minute, 'clock_skew'],
  ['a year ahead', year, 'clock_skew'],
  ['ten minutes behind', -10 * minute, 'signed-in'],
  ['an hour behind', -60 * minute, 'signed-in'],
  ['a year behind', -year, 'signed-in'],
]

test.describe('on a device with a wrong clock', () => {
  test.use({ mode: 'manual' })

  test('F35: a sign-in works, or its error tells by how much the clock is off', async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/')
    /** Sign in by a link without leaving the page. */
    const signsIn = async (): Promise<{ says: string; hint: string; tokens: number }> => {
      await make(app, appOptions)
      const href = await answer(
        server,
        await app.page.evaluate(() => window.auth.signInUrl({ returnTo: '/' })),
      )
      return app.page.evaluate(
        async ([url, options]) => {
          window.auth.dispose()
          history.replaceState(null, 'by the test', url)
          window.auth = window.Pixy.createAuth(options)
          const state = await window.auth.start()
          const { code, hint = '' } = ('error' in state && state.error) || {}
          const calls = Array.from({ length: 4 }, () =>
            window.auth.getAccessToken().catch(() => 'none'),
          )
          const tokens = new Set(await Promise.all(calls)).size
          await window.auth.signOut({ local: true })
          window.auth.dispose()
          return { says: code ?? state.status, hint, tokens }
        },
        [href, appOptions] as const,
      )
    }
    await eachRow(clocks, async (_name, off, says) => {
      const before = server.requests('token').length
      const began = Date.now()
      await app.page.clock.setSystemTime(began + off)
      const { hint, ...came } = await signsIn()
      const took = (Date.now() - began) / 1000
      expect(came).toEqual({ says, tokens: 1 })
      // One code exchange and no refresh by any clock.
      expect(server.requests('token')).toHaveLength(before + 1)
      if (says !== 'clock_skew') return
      const [, seconds = 0] = /It is (\d+) s ahead\./.exec(hint) ?? []
      // Right but for the time that the sign-in took.
      expect(Math.abs(Number(seconds) - off / 1000)).toBeLessThanOrEqual(took + 1)
    })
    // The ID token lives for longer than the clock is off.
    await app.page.clock.setSystemTime(Date.now() + 10 * minute)
    server.fail('token', { idToken: { exp: Math.floor(Date.now() / 1000) + 3600 } })
    expect(await signsIn()).toMatchObject({ says: 'signed-in', tokens: 1 })
    expect(refreshes(server)).toHaveLength(0)
  })
})

test('F37: after a night’s sleep the first calls share one refresh', async ({
  app,
  server,
  api,
}) => {
  await app.open()
  await app.signIn()
  expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  server.expireAccessTokens()
  const seen = api.seen.length
  await app.page.clock.setSystemTime(Date.now() + 8 * 60 * minute)
  const statuses = await app.page.evaluate(async (url) => {
    document.dispatchEvent(new Event('visibilitychange'))
    const calls = Array.from({ length: 10 }, () => window.auth.fetch(`${url}me`))
    return (await Promise.all(calls)).map(({ status }) => status)
  }, api.url)
  expect(statuses).toEqual(Array(10).fill(200))
  expect(refreshes(server)).toHaveLength(1)
  const sent = api.seen.slice(seen).map(({ headers }) => headers['authorization'])
  expect(sent).toHaveLength(10)
  expect(new Set(sent).size).toBe(1)
})

test('F38: a call renews its token without a timer, however long the token lives', async ({
  app,
  server,
}) => {
  await app.page.addInitScript(() => {
    const delays: number[] = []
    Object.assign(window, { delays })
    const real = window.setTimeout
    window.setTimeout = ((work: () => void, ms = 0) => {
      delays.push(ms)
      return real(work, ms)
    }) as typeof setTimeout
  })
  await app.open()
  const lives: [name: string, seconds: number][] = [
    ['a billion seconds', 1e9],
    ['more than a number of milliseconds holds', 1e300],
  ]
  await app.signIn()
  await eachRow(lives, async (_name, seconds) => {
    server.fail('token', { body: (json) => ({ ...json, expires_in: seconds }) })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    const before = refreshes(server).length
    expect(new Set(await app.tokens(5)).size).toBe(1)
    await app.reload()
    expect(new Set(await app.tokens(5)).size).toBe(1)
    expect(refreshes(server)).toHaveLength(before)
  })
  const delays = await app.page.evaluate(() => (window as unknown as { delays: number[] }).delays)
  // Time limits of requests, and no timer that waits for a token to expire.
  expect(Math.max(0, ...delays)).toBeLessThanOrEqual(45_000)
  await expire(app)
  await app.page.evaluate(
    () => void (window.setTimeout = (() => 0) as unknown as typeof setTimeout),
  )
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
})
