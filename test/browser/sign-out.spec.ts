import type { Fault } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { callback, said } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'
import { bend, stored, leaks, call, expire, holdTokens } from '../support/session.js'
import { holdTimers, passTime } from '../support/timers.js'

/** Sign out and wait until the browser is where that leads. */
async function leave(tab: Tab, to: (url: URL) => boolean): Promise<void> {
  const there = tab.page.waitForURL(to)
  await tab.page.evaluate(() => void window.auth.signOut())
  await there
}

test.describe('with a postLogoutRedirectUri', () => {
  test.use({ options: { postLogoutRedirectUri: '/bye' } })

  test('T33: a sign-out leaves nothing behind, and comes back to a clean URL', async ({
    app,
    api,
    server,
    secondTab,
  }) => {
    await app.open()
    await app.signIn()
    const other = await secondTab()
    await app.refresh()
    await other.fetch(`${api.url}me`)
    const { refreshToken } = await stored(app)
    const token = (await app.token()).value ?? ''
    await leave(app, ({ pathname, search }) => pathname === '/bye' && search === '')
    expect(await app.started()).toEqual({ status: 'signed-out' })
    await other.becomes('signed-out')
    const before = api.seen.length
    for (const tab of [app, other]) {
      expect((await tab.fetch(`${api.url}me`)).error?.code).toBe('not_signed_in')
      expect((await tab.token()).error?.code).toBe('not_signed_in')
      expect(await leaks(tab, server)).toEqual([])
    }
    expect(api.seen).toHaveLength(before)
    expect(server.requests('revocation').map(({ params }) => params)).toEqual([
      { token: refreshToken, token_type_hint: 'refresh_token', client_id: 'app' },
    ])
    expect(server.verify(token)).toBeUndefined()

    const { params } = server.requests('end_session')[0] ?? {}
    const url = new URL(app.page.url())
    expect(params).toEqual({
      id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      client_id: 'app',
      post_logout_redirect_uri: `${url.origin}/bye`,
      state: expect.stringMatching(/^px1o.{20}/),
    })
    expect([...server.secrets]).toContain(params?.['id_token_hint'])
    expect(url.href).toBe(`${url.origin}/bye`)
  })

  test.describe('and a server without RP-initiated logout', () => {
    test.use({ serverOptions: { metadata: { end_session_endpoint: undefined } } })

    test('F85: the user goes there directly', async ({ app, server }) => {
      await app.open('/inside')
      await app.signIn()
      await leave(app, ({ pathname }) => pathname === '/bye')
      expect(await app.started()).toEqual({ status: 'signed-out' })
      expect(server.requests('end_session')).toHaveLength(0)
      expect(server.requests('revocation')).toHaveLength(1)
    })
  })

  const failures: [name: string, fault: Fault][] = [
    ['answers an empty 401', { status: 401, handled: false }],
    ['answers 500', { status: 500, handled: false }],
    ['is cut off', { drop: 'before' }],
    ['refuses CORS', { cors: false }],
  ]

  test('F85: signed-out is shown at once; a revocation delays leaving by a second', async ({
    app,
    server,
    api,
  }) => {
    await eachRow(failures, async (_name, fault) => {
      const earlier = server.ledger.length
      await app.open()
      await app.signIn()
      server.fail('revocation', fault)
      await holdTimers(app)
      const left = leave(app, ({ pathname }) => pathname === '/bye')
      const since = (): string[] => server.ledger.slice(earlier).map(({ endpoint }) => endpoint)
      await expect.poll(since).toContain('revocation')
      // It may have left before that.
      await passTime(app, 1000).catch(() => {})
      await left
      expect(await app.started()).toEqual({ status: 'signed-out' })
      expect(since()).toContain('end_session')
      server.heal()
    })

    await app.open()
    await app.signIn()
    const ends = server.requests('end_session').length
    server.fail('revocation', { hang: true })
    const revocations = server.requests('revocation').length
    const there = app.page.waitForURL(/bye/)
    await holdTimers(app)
    const code = await app.page.evaluate(async (url) => {
      void window.auth.signOut()
      await new Promise<void>((resolve) =>
        window.auth.subscribe(({ status }) => status === 'signed-out' && resolve()),
      )
      return window.auth.fetch(url).catch((error: { code: string }) => error.code)
    }, api.url)
    expect(code).toBe('not_signed_in')
    await expect.poll(() => server.requests('revocation')).toHaveLength(revocations + 1)
    await passTime(app, 999)
    expect(server.requests('end_session')).toHaveLength(ends)
    await passTime(app, 1).catch(() => {})
    await there
    expect(await app.started()).toEqual({ status: 'signed-out' })
    expect(server.requests('end_session')).toHaveLength(ends + 1)
    expect(api.seen).toHaveLength(0)
  })
})

test('signOut() asks the server for nothing that it does not need', async ({ app, server }) => {
  await test.step('while signed out: no request', async () => {
    await app.open('/here')
    expect(await app.signOut()).toEqual({})
    expect(await app.state()).toEqual({ status: 'signed-out' })
    expect(server.requests('end_session')).toHaveLength(0)
    expect(server.requests('revocation')).toHaveLength(0)
  })
  await test.step('local: no request', async () => {
    await app.signIn()
    const before = server.ledger.length
    const { href } = new URL(app.page.url())
    expect(await app.signOut({ local: true })).toEqual({})
    expect(await app.state()).toEqual({ status: 'signed-out' })
    expect(app.page.url()).toBe(href)
    expect(await leaks(app, server)).toEqual([])
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect(server.ledger.slice(before)).toEqual([])
  })
})

test.describe('with neither postLogoutRedirectUri nor end_session_endpoint', () => {
  test.use({ serverOptions: { metadata: { end_session_endpoint: undefined } } })

  test('F85: the user stays on the page', async ({ app, server }) => {
    await app.open('/here')
    await app.signIn()
    expect(await app.signOut()).toEqual({})
    expect(await app.state()).toEqual({ status: 'signed-out' })
    expect(new URL(app.page.url()).pathname).toBe('/here')
    expect(server.requests('revocation')).toHaveLength(1)
  })
})

test('F82: tokens that arrive after a sign-out are dropped and revoked', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  const arrive = await callback(other, server)
  const { refreshToken } = await expire(app)
  holdTokens(server)
  const late = await call(app)
  holdTokens(server)
  await other.page.goto(arrive)
  await expect.poll(() => server.requests('token')).toHaveLength(3)
  await app.signOut({ local: true })
  server.heal()
  expect(await late.answer()).toBe('session_ended')
  expect(await said(other)).toBe('signed-out')
  await expect.poll(() => server.requests('revocation')).toHaveLength(2)
  for (const { params } of server.requests('revocation')) {
    expect([...server.secrets]).toContain(params['token'])
    expect(params['token']).not.toBe(refreshToken)
  }
  for (const tab of [app, other]) {
    expect((await tab.reload()).status).toBe('signed-out')
    expect(await leaks(tab, server)).toEqual([])
  }
})

test('a session that could not be deleted is refused by the next page load', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  const { id } = await stored(app)
  await app.page.evaluate(() => {
    for (const name of ['put', 'delete'] as const)
      IDBObjectStore.prototype[name] = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
  })
  await app.signOut({ local: true })
  expect(await app.state()).toEqual({ status: 'signed-out' })
  const kept = await app.page.evaluate(() => JSON.stringify({ ...localStorage }))
  expect(kept).toContain(id)
  for (const secret of server.secrets) expect(kept).not.toContain(secret)
  // A page that can write again refuses it, and deletes it after all.
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  expect(await leaks(app, server)).toEqual([])
  expect((await app.signIn()).status).toBe('signed-in')
  expect((await app.reload()).status).toBe('signed-in')
})

test('a sign-in link prepared before a sign-out is of no use after it', async ({ app }) => {
  await app.open()
  await app.signIn()
  expect((await app.attempt(() => window.auth.signInUrl())).error).toBeUndefined()
  expect(await app.dump()).toContain('codeVerifier')
  await app.signOut({ local: true })
  expect(await app.dump()).not.toContain('codeVerifier')
})

test('T41: a tampered record cannot make a sign-out run a script', async ({ app }) => {
  await app.open()
  await app.signIn()
  await bend(app, (record) => {
    const { server } = record as unknown as { server: Record<string, string> }
    server['end_session_endpoint'] = 'javascript:document.title="owned"//'
  })
  await app.reload()
  const url = app.page.url()
  expect((await app.signOut()).error).toBeUndefined()
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  expect(app.page.url()).toBe(url)
})

test('the revocation outlives the page', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  server.fail('revocation', { hang: true })
  const kept = await app.page.evaluate(async () => {
    const { fetch } = window
    const asked = new Promise<boolean>((resolve) => {
      window.fetch = (input, init) => {
        if (String(input).endsWith('/revocation')) resolve(new Request(input, init).keepalive)
        return fetch(input, init)
      }
    })
    void window.auth.signOut()
    return asked
  })
  expect(kept).toBe(true)
})
