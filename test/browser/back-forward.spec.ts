import { expect, test } from '../support/fixture.js'
import { expire, refreshes, wake } from '../support/session.js'

// The test browsers run without the back/forward cache: its events are dispatched by hand, or the
// page is loaded again.

test('F41: a page may enter bfcache, and comes back signed in', async ({ app, api, server }) => {
  await app.page.addInitScript(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    const real = EventTarget.prototype.addEventListener
    EventTarget.prototype.addEventListener = function (...given) {
      if (this === window) heard.push(given[0])
      return real.apply(this, given)
    }
  })
  await app.open()
  await app.signIn()
  await expire(app)
  await wake(app, 'pageshow')
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  expect(await app.history()).toEqual(['loading', 'signed-in'])
  const held = await app.page.evaluate(async () => {
    const { held: locks } = await navigator.locks.query()
    const { heard } = window as unknown as { heard: string[] }
    return [...heard.filter((name) => /unload/.test(name)), ...(locks ?? [])]
  })
  expect(held).toEqual([])
})

test('F42, T31: after a sign-out elsewhere, a page from bfcache is signed out', async ({
  app,
  api,
  secondTab,
}) => {
  // Like a page in the cache, this one receives no message from other tabs.
  await app.page.addInitScript(() => {
    Object.defineProperty(BroadcastChannel.prototype, 'onmessage', {
      set(this: BroadcastChannel, listener: (event: MessageEvent) => void) {
        this.addEventListener('message', (event) => 'deaf' in window || listener(event))
      },
    })
  })
  await app.open()
  await app.signIn()
  const other = await secondTab()
  await app.page.evaluate(() => Object.assign(window, { deaf: true }))
  await other.signOut({ local: true })
  expect((await app.state()).status).toBe('signed-in')
  const came = await app.page.evaluate(async (url) => {
    // The store answers late: a call that does not wait for it would have been sent by then.
    const { get } = IDBObjectStore.prototype
    let answer = (): void => {}
    const late = new Promise<void>((resolve) => (answer = resolve))
    IDBObjectStore.prototype.get = function (...given) {
      const request = get.apply(this, given)
      const set = (listener: () => void): void =>
        request.addEventListener('success', () => void late.then(listener))
      return Object.defineProperty(request, 'onsuccess', { set })
    }
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
    const calls = [window.auth.fetch(`${url}me`), window.auth.getAccessToken()]
    await fetch(location.href)
    answer()
    const outcomes = await Promise.allSettled(calls)
    const codes = outcomes.map((one) => (one.status === 'rejected' ? one.reason.code : 'sent'))
    return [...codes, window.auth.state.status]
  }, api.url)
  expect(came).toEqual(['session_ended', 'not_signed_in', 'signed-out'])
  expect(api.seen).toHaveLength(0)

  await app.reload()
  await app.signIn()
  await app.open('/further')
  await app.signOut({ local: true })
  await app.page.goBack()
  expect(await app.started()).toEqual({ status: 'signed-out' })
  expect(await app.history()).toEqual(['loading', 'signed-out'])
})

test('F90: a discarded tab that loads again is signed in without a request', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open('/deep?a=1')
  const before = await app.signIn()
  const token = (await app.token()).value
  // No open tab has the session in memory.
  await app.page.goto('about:blank')
  const asked = server.ledger.length
  const restored = await secondTab()
  expect(await restored.state()).toEqual(before)
  expect(await restored.history()).toEqual(['loading', 'signed-in'])
  expect((await restored.token()).value).toBe(token)
  expect(server.ledger).toHaveLength(asked)
})
