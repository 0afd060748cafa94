import type { Page } from '@playwright/test'
import { expect, test, type Tab } from '../support/fixture.js'
import { nearExpiry, refreshes, saying } from '../support/session.js'
import { holdTimers, holdTimersFromLoad, outwait } from '../support/timers.js'

declare global {
  interface Window {
    /** How often this page has opened a database. */
    openings: number
    /** Done once the database asks to be closed, as it is to be deleted. */
    asksToClose: Promise<unknown>
  }
}

/** Count the openings of databases, in this page and in those after it. */
async function countOpenings({ page }: Tab): Promise<void> {
  const count = (): void => {
    window.openings = 0
    const { open } = IDBFactory.prototype
    IDBFactory.prototype.open = function (...given) {
      window.openings++
      return open.apply(this, given)
    }
  }
  await page.addInitScript(count)
  await page.evaluate(count)
}

/** Wait until the nth opening hangs, and let its deadline go by. Before that it would be that of a lock. */
async function outwaitOpening(app: Tab, nth: number): Promise<void> {
  await expect.poll(() => app.page.evaluate(() => window.openings)).toBe(nth)
  await outwait(app, 2000)
}

/** Another tab deletes the database, which waits for that tab: nothing opens it from then on. */
async function beDeleting(app: Tab, holder: Page): Promise<void> {
  await app.page.evaluate(async () => {
    const open = indexedDB.open('pixy-auth')
    await new Promise((resolve) => (open.onsuccess = resolve))
    window.asksToClose = new Promise((resolve) => {
      open.result.onversionchange = resolve
    }).then(() => open.result.close())
  })
  await holder.goto('/frames')
  await holder.evaluate(async () => {
    const open = indexedDB.open('pixy-auth')
    await new Promise((resolve) => (open.onsuccess = resolve))
    // The deletion waits for this page. Firefox does not always fire `blocked`.
    const gone = indexedDB.deleteDatabase('pixy-auth')
    Object.assign(window, { held: open.result, gone })
  })
  await app.page.evaluate(() => window.asksToClose)
}

test('F33: while its database is being deleted the app works from memory', async ({
  app,
  server,
  context,
}) => {
  await app.open()
  await app.signIn()
  await holdTimers(app, { clocks: true })
  await nearExpiry(app)
  await beDeleting(app, await context.newPage())
  await countOpenings(app)
  await test.step('in mid-session the access token serves, and no refresh token is sent', async () => {
    const living = (await app.token()).value
    expect(server.verify(living ?? '')).toBeDefined()
    const refreshed = app.refresh()
    await outwaitOpening(app, 1)
    expect((await refreshed).error?.code).toBe('storage')
    expect(await saying(app)).toBe('signed-in storage')
    expect((await app.token()).value).toBe(living)
    expect(refreshes(server)).toHaveLength(0)
  })
  await test.step('memory takes over after two reads at a load, one each at a sign-in', async () => {
    await holdTimersFromLoad(app)
    await app.page.reload()
    for (const read of [1, 2]) await outwaitOpening(app, read)
    expect(await app.started()).toEqual({ status: 'signed-out' })
    await app.leave()
    // Once for the sign-in under way, and once for the session.
    for (const read of [1, 2]) await outwaitOpening(app, read)
    expect(await app.started()).toMatchObject({ status: 'signed-in' })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect(refreshes(server)).toHaveLength(1)
  })
})
