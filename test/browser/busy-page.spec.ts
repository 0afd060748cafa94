import { expect, test, type Tab } from '../support/fixture.js'
import { saying } from '../support/session.js'
import { holdTimersFromLoad, outwait, passTime } from '../support/timers.js'

/** From the next page on the main thread is busy for 2.5 s once the start has begun, as by an alert. */
async function beBusyAtStart({ page }: Tab): Promise<void> {
  await page.addInitScript(() => {
    addEventListener('DOMContentLoaded', () => {
      void window.auth.start()
      const until = performance.now() + 2500
      while (performance.now() < until);
    })
  })
}

declare global {
  interface Window {
    /** How many reads are not answered so far. */
    hungReads: number
  }
}

/** From the next page on the first reads of the session are never answered. */
async function hangReads({ page }: Tab, count: number): Promise<void> {
  await page.addInitScript((given) => {
    let left = given
    window.hungReads = 0
    const { get } = IDBObjectStore.prototype
    IDBObjectStore.prototype.get = function (key) {
      const request = get.call(this, key)
      if (!String(key).includes(':session:') || left-- <= 0) return request
      window.hungReads = given - left
      // Its answer comes, and is not heard.
      return new EventTarget() as IDBRequest
    }
  }, count)
}

/** Wait until the nth read hangs, and let its deadline go by. Before that, a database that opens late would hang none. */
async function outwaitRead(app: Tab, nth: number): Promise<void> {
  await expect.poll(() => app.page.evaluate(() => window.hungReads)).toBe(nth)
  await outwait(app, 2000)
}

test('a page that is busy while it starts shows its session', async ({ app }) => {
  await app.open()
  await app.signIn()
  await beBusyAtStart(app)
  expect((await app.reload()).status).toBe('signed-in')
  expect(await app.history()).toEqual(['loading', 'signed-in'])
})

test('a page that is busy during a callback finishes the sign-in', async ({ app, server }) => {
  await app.open()
  await beBusyAtStart(app)
  await app.signIn()
  expect(server.requests('token')).toHaveLength(1)
})

test.describe('a store that does not answer', () => {
  test('is read again before the page says that the user is signed out', async ({ app }) => {
    await app.open()
    await app.signIn()
    await hangReads(app, 1)
    await holdTimersFromLoad(app)
    await app.page.reload()
    await outwaitRead(app, 1)
    expect((await app.started()).status).toBe('signed-in')
    expect(await app.history()).toEqual(['loading', 'signed-in'])
  })

  test('is read again in the background after the page says signed out', async ({ app }) => {
    await app.open()
    await app.signIn()
    await hangReads(app, 2)
    await holdTimersFromLoad(app)
    await app.page.reload()
    await outwaitRead(app, 1)
    await outwaitRead(app, 2)
    expect(await app.started()).toEqual({ status: 'signed-out' })
    await passTime(app, 11_000)
    await app.becomes('signed-in')
  })

  test('is read again by a call before the call rejects with not_signed_in', async ({
    app,
    api,
  }) => {
    await app.open()
    await app.signIn()
    for (const [name, call] of [
      ['fetch', () => app.fetch(`${api.url}me`)],
      ['getAccessToken', () => app.token()],
      ['refresh', () => app.refresh()],
      ['require', () => app.attempt(() => window.auth.require())],
    ] as const) {
      await hangReads(app, 2)
      await holdTimersFromLoad(app)
      await app.page.reload()
      await outwaitRead(app, 1)
      await outwaitRead(app, 2)
      expect(await app.started(), name).toEqual({ status: 'signed-out' })
      // What opened late is not waited for again for ten seconds: let them go by without a timer.
      await app.page.evaluate(() => {
        const now = performance.now.bind(performance)
        performance.now = () => now() + 10_000
      })
      expect((await call()).error, name).toBeUndefined()
      expect(await saying(app), name).toBe('signed-in')
    }
  })
})
