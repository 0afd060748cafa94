import { expect, test, type Tab } from '../support/fixture.js'
import { callback } from '../support/sign-in-steps.js'
import { call, expire, holdTokens, refreshes, wake, type Stored } from '../support/session.js'
import { holdTimers } from '../support/timers.js'

// A store that can be read and not written, as on a full disk.

/** Every write of this tab fails, from now on until `mend`. */
const fill = ({ page }: Tab): Promise<void> =>
  page.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    Object.assign(window, { mend: () => void (IDBObjectStore.prototype.put = put) })
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  })

const mend = ({ page }: Tab): Promise<void> =>
  page.evaluate(() => (window as unknown as { mend(): void }).mend())

/** What the store holds of the session, read without writing. */
const stored = ({ page }: Tab): Promise<Stored> =>
  page.evaluate(async () => {
    const { issuer, clientId } = window.options
    const open = indexedDB.open('pixy-auth')
    await new Promise((resolve) => (open.onsuccess = resolve))
    const store = open.result.transaction('keyval').objectStore('keyval')
    const read = store.get(`pixy-auth:session:${issuer} ${clientId}`)
    await new Promise((resolve) => (read.onsuccess = resolve))
    open.result.close()
    return read.result
  })

test.describe('with a timeout that no slow machine reaches', () => {
  test.use({ options: { timeout: 60 } })

  test('F28: a refresh token that was not stored is presented by no other tab', async ({
    app,
    server,
    secondTab,
  }) => {
    await app.open()
    await app.signIn()
    const other = await secondTab()
    await expire(app, other)
    holdTokens(server)
    const first = await call(app)
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    const second = await call(other)
    await fill(app)
    server.heal()
    const token = await first.answer()
    expect(server.verify(token), token).toBeDefined()
    // The tab that has the new token goes on alone; the other tab waits for it.
    expect((await stored(app)).lease?.settled).toBeUndefined()
    expect((await app.token()).value).toBe(token)
    // It is stored as soon as it can be.
    await mend(app)
    expect(await second.answer()).toBe(token)
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
    expect((await stored(app)).lease).toBeUndefined()
    // Both are one session again.
    expect((await other.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect(new Set(server.refreshTokenUses.map(({ outcome }) => outcome))).toEqual(
      new Set(['rotated']),
    )
  })
})

test('a tab with an unsaved session works on while its store hangs', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  await expire(app)
  holdTokens(server)
  const first = await call(app)
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  await fill(app)
  server.heal()
  expect(server.verify(await first.answer())).toBeDefined()
  await app.page.evaluate(
    () =>
      new Promise<void>((asked) => {
        IDBObjectStore.prototype.get = () => {
          asked()
          return new EventTarget() as IDBRequest
        }
      }),
  )
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated', 'rotated'])
})

test('a sign-in that was not stored is not replaced by the session before it', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  const before = await stored(app)
  server.consent = { subject: 'user-2' }
  const href = await callback(app, server)
  await app.page.addInitScript(() => {
    if (sessionStorage.getItem('mended')) return
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  })
  await app.page.goto(href)
  expect(await app.started()).toMatchObject({ status: 'signed-in', user: { sub: 'user-2' } })
  expect((await stored(app)).id).toBe(before.id)
  await app.page.evaluate(() => sessionStorage.setItem('mended', 'yes'))
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  // The next page can write.
  expect(await app.signIn()).toMatchObject({ user: { sub: 'user-2' } })
  expect(await app.reload()).toMatchObject({ user: { sub: 'user-2' } })
})

test('a sign-out that could not be stored holds in every tab', async ({ app, secondTab }) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  await fill(app)
  await app.signOut({ local: true })
  for (const tab of [app, other]) {
    await tab.becomes('signed-out')
    // A tab that looks at the store again still finds the session there.
    await wake(tab, 'online')
    expect((await tab.token()).error?.code).toBe('not_signed_in')
    expect(await tab.history()).toEqual(expect.arrayContaining(['signed-out']))
    expect((await tab.history()).at(-1)).toBe('signed-out')
  }
})

test('a sign-out is shown at once where the store hangs', async ({ app, secondTab }) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  await holdTimers(app)
  await app.page.evaluate(() => {
    IDBObjectStore.prototype.get = () => new EventTarget() as IDBRequest
    void window.auth.signOut({ local: true })
  })
  for (const tab of [app, other]) await tab.becomes('signed-out')
})
