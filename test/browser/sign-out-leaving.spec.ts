import { expect, Tab, test } from '../support/fixture.js'
import { leaveBy, signOutAndLeave } from '../support/leaving.js'
import { eachRow } from '../support/rows.js'
import { holdTokens, leaks, refreshes, saying, stored } from '../support/session.js'

test.describe('a server without RP-initiated logout', () => {
  test.use({ serverOptions: { metadata: { end_session_endpoint: undefined } } })

  test('signOut() without await signs out and revokes the token', async ({
    context,
    server,
    browserName,
  }) => {
    // Where a sign-out is not kept at once, some rounds in Chromium lose it, but none of 24 did in Firefox.
    const rounds = browserName === 'firefox' ? 1 : 3
    await eachRow(leaveBy, async (_name, leave) => {
      for (let round = 1; round <= rounds; round++) {
        const refreshToken = await signOutAndLeave(context, leave)
        const next = new Tab(await context.newPage())
        expect(await next.open()).toEqual({ status: 'signed-out' })
        expect(await leaks(next, server)).toEqual([])
        const revoked = (): unknown[] =>
          server.requests('revocation').map(({ params }) => params['token'])
        await expect.poll(revoked).toContain(refreshToken)
        for (const page of context.pages()) await page.close()
      }
    })
  })
})

test('a sign-out counts if the page is left before its session was read', async ({ app }) => {
  await app.open()
  await app.signIn()
  await app.page.evaluate(() => {
    // The session is not read before the page is left.
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest
    const auth = window.Pixy.createAuth(window.options)
    void auth.signOut({ local: true })
    location.reload()
  })
  await app.page.waitForEvent('load')
  expect(await app.started()).toEqual({ status: 'signed-out' })
  await test.step('and the next sign-in lasts', async () => {
    await app.signIn()
    expect((await app.reload()).status).toBe('signed-in')
  })
})

test('a sign-in that fails after such a sign-out brings no session back', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  server.consent = { error: 'access_denied' }
  const back = app.page.waitForEvent('load')
  await app.page.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    IDBObjectStore.prototype.put = function (record, key) {
      if (String(key).includes(':session:')) throw new DOMException('full', 'QuotaExceededError')
      return put.call(this, record, key)
    }
    void window.auth.signOut({ local: true })
    void window.auth.signIn()
  })
  await back
  await app.page.waitForURL((url) => !url.searchParams.has('error'))
  await app.started()
  expect(await saying(app)).toMatch(/^signed-out/)
})

/** Tell the other tabs of a sign-out, as a tab does that is closed before it has written it. */
async function tellSignOut(tab: Tab, id: string, version: number): Promise<void> {
  await tab.page.evaluate((message) => {
    const { issuer, clientId } = window.options
    new BroadcastChannel(`pixy-auth:${issuer} ${clientId}`).postMessage(message)
  }, `sign-out ${id} ${version}`)
}

test('a tab that hears of a sign-out ends the stored session itself', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  const { id, version } = await stored(app)
  await tellSignOut(other, id, version)
  await app.becomes('signed-out')
  await expect.poll(async () => (await stored(app)).ended).toBe('sign-out')
  expect(await leaks(app, server)).toEqual([])
  // The tab that signed out knew this token, and revokes it.
  expect(server.requests('revocation')).toHaveLength(0)
})

test('tokens that the tab that signed out did not know are revoked by the others', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  const { id, version } = await stored(app)
  await app.refresh()
  const { refreshToken } = await stored(app)
  await tellSignOut(other, id, version)
  await app.becomes('signed-out')
  const revoked = (): unknown[] =>
    server.requests('revocation').map(({ params }) => params['token'])
  await expect.poll(revoked).toEqual([refreshToken])
})

test('a refresh under way does not undo a sign-out in another tab', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  const { id, version } = await stored(app)
  holdTokens(server)
  const under = app.refresh()
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  await tellSignOut(other, id, version)
  await app.becomes('signed-out')
  server.heal()
  expect((await under).error?.code).toBe('session_ended')
  expect((await stored(app)).ended).toBe('sign-out')
  expect(await leaks(app, server)).toEqual([])
  await expect.poll(() => server.requests('revocation').length).toBeGreaterThan(0)
})
