import { expect, test, type Tab } from '../support/fixture.js'
import { edit } from '../support/sign-in-steps.js'
import {
  bend,
  call,
  expire,
  holdTokens,
  look,
  refreshes,
  saying,
  leaks,
} from '../support/session.js'
import { holdTimers } from '../support/timers.js'

test('T20: a sign-in, refresh or sign-out reaches every tab at once, without tokens', async ({
  app,
  context,
  server,
  secondTab,
}) => {
  await context.addInitScript(() => {
    const real = BroadcastChannel.prototype.postMessage
    BroadcastChannel.prototype.postMessage = function (data: unknown) {
      const said = sessionStorage.getItem('said') ?? '[]'
      sessionStorage.setItem('said', JSON.stringify([...JSON.parse(said), data]))
      return real.call(this, data)
    }
  })
  server.options.idTokenClaims = ['name']
  await app.open()
  const other = await secondTab()
  expect(await other.state()).toEqual({ status: 'signed-out' })
  // At once: it looks when it is told to, and not from time to time.
  await holdTimers(other)
  await app.signIn()
  await other.becomes('signed-in')
  expect(await other.state()).toEqual(await app.state())
  await app.signOut({ local: true })
  await other.becomes('signed-out')
  expect(await other.state()).toEqual({ status: 'signed-out' })
  expect(await other.history()).toEqual(['loading', 'signed-out', 'signed-in', 'signed-out'])

  await app.signIn()
  await other.becomes('signed-in')
  await expire(app, other)
  server.options.claims = { name: 'Ada' }
  const token = (await app.token()).value
  await expect.poll(() => other.state()).toMatchObject({ user: { name: 'Ada' } })
  expect((await other.token()).value).toBe(token)
  expect(refreshes(server)).toHaveLength(1)

  await other.refresh()
  await app.attempt(() => window.auth.userInfo())
  await app.token({ scope: 'email' })
  await app.signOut({ local: true })
  await other.becomes('signed-out')
  const said: unknown[] = []
  for (const tab of [app, other])
    said.push(
      ...(await tab.page.evaluate(() => JSON.parse(sessionStorage.getItem('said') ?? '[]'))),
    )
  // A sign-out says which session, by a random name, and which version the tab knew; no secret.
  const signOut = /^sign-out [\w-]{36} (\d+|Infinity)$/
  const facts = said.map((text) => String(text).replace(signOut, 'sign-out …'))
  // 0 tells links of sign-ins, on a channel of their own, that they need another URL.
  expect(new Set(facts)).toEqual(new Set(['changed', 'sign-out …', '0']))
  for (const secret of server.secrets) expect(JSON.stringify(said)).not.toContain(secret)
})

test('T28, T30: a call under way rejects account_changed when the user changes', async ({
  app,
  api,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  await test.step('the same user signs in again: the call goes on', async () => {
    await expire(app, other)
    holdTokens(server)
    const under = await call(app)
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    await other.signIn()
    await look(app)
    server.heal()
    const token = await under.answer()
    expect(server.verify(token)).toMatchObject({ sub: 'user-1' })
    expect((await other.token()).value).toBe(token)
  })
  await test.step('another user signs in: the call rejects, and later calls are the new user’s', async () => {
    const earlier = refreshes(server).length
    await expire(app, other)
    holdTokens(server)
    const under = await call(app)
    await expect.poll(() => refreshes(server)).toHaveLength(earlier + 1)
    server.consent = { subject: 'bob' }
    await other.signIn()
    await expect.poll(() => app.state()).toMatchObject({ user: { sub: 'bob' } })
    server.heal()
    expect(await under.answer()).toBe('account_changed')
    expect(server.verify((await app.token()).value ?? '')).toMatchObject({ sub: 'bob' })
    expect(await other.state()).toEqual(await app.state())
  })
  await test.step('a request that was refused meanwhile is not repeated for the new user', async () => {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    api.handler = async () => {
      await released
      return new Response('', { status: 401 })
    }
    const under = app.fetch(`${api.url}me`)
    await expect.poll(() => api.seen).toHaveLength(1)
    server.consent = { subject: 'carol' }
    await other.signIn()
    await expect.poll(() => app.state()).toMatchObject({ user: { sub: 'carol' } })
    release()
    expect((await under).error?.code).toBe('account_changed')
    expect(api.seen).toHaveLength(1)
    api.handler = undefined
    expect((await app.fetch(`${api.url}me`)).value?.body).toContain('carol')
  })
  await test.step('a request whose body was still being read is not sent', async () => {
    const sent = api.seen.length
    const earlier = refreshes(server).length
    await expire(app, other)
    holdTokens(server)
    const under = app.fetch(`${api.url}me`, { method: 'POST', body: 'from carol' })
    await expect.poll(() => refreshes(server)).toHaveLength(earlier + 1)
    server.consent = { subject: 'dave' }
    await other.signIn()
    await expect.poll(() => app.state()).toMatchObject({ user: { sub: 'dave' } })
    server.heal()
    expect((await under).error?.code).toBe('account_changed')
    expect(api.seen).toHaveLength(sent)
  })
  await test.step('a page out of the cache that has not heard of the change sends nothing', async () => {
    const sent = api.seen.length
    await edit<{ id: string; version: number; user: object }>(app, 'pixy-auth:session', (record) =>
      Object.assign(record, { id: 'new', version: record.version + 1, user: { sub: 'eve' } }),
    )
    const { error } = await app.attempt(async (url: string) => {
      const call = window.auth.fetch(new Request(url, { method: 'POST', body: 'from dave' }))
      // The page wakes up right after the call was made.
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))
      await call
    }, `${api.url}me`)
    expect(error?.code).toBe('account_changed')
    expect(api.seen).toHaveLength(sent)
    expect(await app.state()).toMatchObject({ user: { sub: 'eve' } })
  })
})

for (const store of ['session', 'memory'] as const)
  test.describe(`with store '${store}'`, () => {
    test.use({ options: { store } })

    test('tabs have sessions of their own, and a sign-out ends them all', async ({
      app,
      server,
      secondTab,
    }) => {
      await app.open()
      const other = await secondTab()
      await app.signIn()
      await look(other)
      expect(await other.state()).toEqual({ status: 'signed-out' })
      expect(await other.reload()).toEqual({ status: 'signed-out' })
      server.consent = { subject: 'bob' }
      await other.signIn()
      await look(app)
      expect(await app.state()).toMatchObject({ user: { sub: 'user-1' } })
      expect(await other.state()).toMatchObject({ user: { sub: 'bob' } })
      await app.signOut({ local: true })
      await other.becomes('signed-out')
      for (const tab of [app, other]) {
        expect(await leaks(tab, server)).toEqual([])
      }
    })
  })

test.describe('a duplicated tab', () => {
  test.use({ options: { store: 'session' } })

  /** What "Duplicate tab" does: the copy starts with the original's sessionStorage. */
  async function duplicate(tab: Tab, secondTab: () => Promise<Tab>): Promise<Tab> {
    const copy = await secondTab()
    const items = await tab.page.evaluate(() => ({ ...sessionStorage }))
    await copy.page.evaluate((all) => {
      for (const [name, value] of Object.entries(all)) sessionStorage.setItem(name, value as string)
    }, items)
    expect((await copy.reload()).status).toBe('signed-in')
    return copy
  }

  test('never presents a refresh token that the original has spent', async ({
    app,
    server,
    secondTab,
  }) => {
    await app.open()
    await app.signIn()
    const outcomes = (): string[] => server.refreshTokenUses.map(({ outcome }) => outcome)
    await test.step('while its access token lives it uses that', async () => {
      const copy = await duplicate(app, secondTab)
      const living = (await copy.token()).value
      await app.refresh()
      await bend(copy, ({ tokens }) => {
        for (const token of Object.values(tokens)) token.expiresAt = Date.now() + 20_000
      })
      expect((await copy.token()).value).toBe(living)
      expect((await copy.state()).status).toBe('signed-in')
      expect(outcomes()).toEqual(['rotated'])
      await copy.page.close()
    })
    await test.step('with an expired access token its session ends', async () => {
      await expire(app)
      const copy = await duplicate(app, secondTab)
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
      expect((await copy.token()).error?.code).toBe('session_ended')
      expect(await saying(copy)).toBe('signed-out session_ended')
      expect(outcomes()).toEqual(Array(2).fill('rotated'))
      // The original goes on, as often as it likes.
      await expire(app)
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
      expect(outcomes()).toEqual(Array(3).fill('rotated'))
      await copy.page.close()
    })
  })

  test('races the original for a refresh, and one of them presents the token', async ({
    app,
    server,
    secondTab,
  }) => {
    await app.open()
    await app.signIn()
    await expire(app)
    const copies = [app, await duplicate(app, secondTab), await duplicate(app, secondTab)]
    const answers = await Promise.all(copies.map((tab) => tab.token()))
    expect(answers.filter(({ value }) => value !== undefined)).toHaveLength(1)
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  })
})
