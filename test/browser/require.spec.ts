import { expect, test, type Tab } from '../support/fixture.js'
import {
  answer,
  arrive,
  asked,
  codeOf,
  hold,
  said,
  shown,
  type Leg,
} from '../support/sign-in-steps.js'
import { expire } from '../support/session.js'

/** Call `require` and wait: the status it resolved to, or the code it rejected with. */
const guard = async (tab: Tab): Promise<string | undefined> => {
  const outcome = await tab.attempt(async () => (await window.auth.require()).status)
  return outcome.value ?? codeOf(outcome)
}

/** Call `require` without waiting for it. */
const enter = ({ page }: Tab, options: Leg = {}): Promise<void> =>
  page.evaluate((given) => void window.auth.require(given).catch(() => {}), options)

/** Half a minute passes. */
const later = ({ page }: Tab): Promise<void> =>
  page.evaluate(() => {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith('pixy-auth:left:')) sessionStorage.setItem(name, `${Date.now() - 30_001}`)
  })

test('require() signs in, and returns to `returnTo` or the current page', async ({
  app,
  server,
}) => {
  await app.open('/lobby')
  const back = app.page.waitForURL('**/private?a=1#here')
  await enter(app, { returnTo: '/private?a=1#here', loginHint: 'ada' })
  await back
  expect(await said(app)).toBe('signed-in')
  expect(server.requests('authorize')[0]?.params).toMatchObject({ login_hint: 'ada' })
  expect(await guard(app)).toBe('signed-in')
  await app.signOut({ local: true })
  await app.open('/private?a=1')
  await later(app)
  hold(server)
  await enter(app)
  const href = await answer(server, await asked(server, 2))
  expect(await arrive(app, href)).toBe('signed-in')
  expect(shown(app)).toBe('/private?a=1')
})

test('simultaneous calls make one sign-in, and join one under way', async ({ app, server }) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  await app.open()
  hold(server, 5)
  await app.page.evaluate(() => {
    for (let i = 0; i < 5; i++) void window.auth.require().catch(() => {})
  })
  await asked(server, 1)
  expect(server.requests('par')).toHaveLength(1)
  await app.open()
  await app.page.evaluate(() => {
    void window.auth.signIn()
    void window.auth.require().catch(() => {})
  })
  await asked(server, 2)
  expect(server.requests('par')).toHaveLength(2)
})

test('require() leaves once per page; the next page may leave half a minute later', async ({
  app,
  server,
}) => {
  await app.open()
  hold(server)
  await enter(app)
  await asked(server, 1)
  await app.page.evaluate(
    () => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  )
  expect(await guard(app)).toBe('not_signed_in')
  expect(server.requests('authorize')).toHaveLength(1)
  await app.open()
  expect(await guard(app)).toBe('not_signed_in')
  await app.open()
  await later(app)
  hold(server)
  await enter(app)
  await asked(server, 2)
})

test('a session that ends at once causes no sign-in loop', async ({ app, server, api }) => {
  // The API refuses every token and the server every refresh: signing in again would never end.
  api.handler = () => new Response('', { status: 401 })
  server.fail('token', {})
  server.fail('token', { handled: false, status: 400, body: '{"error":"invalid_grant"}' }, 10)
  const load = async (): Promise<string> => {
    if ((await said(app)) === 'signed-in') await app.fetch(`${api.url}me`)
    expect(await said(app)).toMatch(/signed-out|session_ended/)
    return (await guard(app)) ?? ''
  }
  await app.open('/private')
  const back = app.page.waitForEvent('load')
  await enter(app)
  await back
  expect(await load()).toBe('not_signed_in')
  await app.reload()
  expect(await load()).toBe('not_signed_in')
  expect(server.requests('authorize')).toHaveLength(1)
})

test('a sign-in that failed is not repeated by itself', async ({ app, server }) => {
  await test.step('it could not begin: state.error says why', async () => {
    server.fail('openid-configuration', { drop: 'before' }, Infinity)
    await app.open()
    expect(await guard(app)).toBe('not_signed_in')
    expect(await said(app)).toBe('network')
    server.heal()
    expect(await guard(app)).toBe('not_signed_in')
    expect(server.requests('authorize')).toEqual([])
  })
  await test.step('it was refused', async () => {
    server.consent = { error: 'access_denied' }
    await app.open('/private')
    await later(app)
    const back = app.page.waitForEvent('load')
    await enter(app)
    await back
    expect(await said(app)).toBe('access_denied')
    await later(app)
    expect(await guard(app)).toBe('not_signed_in')
    expect(server.requests('authorize')).toHaveLength(1)
    expect(await said(app)).toBe('access_denied')
  })
})

test('after signOut() require() rejects until a reload', async ({ app, server, secondTab }) => {
  server.options.metadata = { end_session_endpoint: undefined }
  await app.open()
  await test.step('while signed in it resolves without a request', async () => {
    await app.signIn()
    const before = server.ledger.length
    const outcome = await app.attempt(async () => {
      const state = await window.auth.require()
      return state === window.auth.state && state.status
    })
    expect(outcome.value).toBe('signed-in')
    expect(server.ledger).toHaveLength(before)
  })
  for (const [index, local] of [true, false].entries())
    await test.step(`after signOut({ local: ${local} }) here`, async () => {
      await app.signOut({ local })
      expect(await guard(app)).toBe('not_signed_in')
      expect(server.requests('authorize')).toHaveLength(index + 1)
      await app.signIn()
    })
  await test.step('after signOut() in another tab', async () => {
    const other = await secondTab()
    await other.signOut({ local: true })
    await app.becomes('signed-out')
    expect(await guard(app)).toBe('not_signed_in')
    expect(server.requests('authorize')).toHaveLength(3)
  })
  await test.step('after signOut() and a reload it signs in', async () => {
    await app.signIn()
    await app.signOut({ local: true })
    await app.reload()
    hold(server)
    await enter(app)
    await asked(server, 5)
  })
})

test('a wrong option rejects with config in every sign-in method', async ({ app, server }) => {
  await app.open()
  const wrong = { scope: 5, prompt: {}, maxAge: '1', params: 'a', signal: 5, loginHint: true }
  for (const [name, value] of [...Object.entries(wrong), ['signal', {}] as const])
    for (const verb of ['signIn', 'signInUrl'] as const) {
      const { error } = await app.attempt(
        ([name, given]: readonly ['signIn' | 'signInUrl', object]): Promise<unknown> =>
          window.auth[name](given),
        [verb, { [name]: value }] as const,
      )
      expect(error, `${verb} ${name}`).toMatchObject({ code: 'config' })
      expect(error?.message, `${verb} ${name}`).toContain(` ${name}: `)
    }
  const wrongUrl = await app.token({ url: 'http://[' })
  expect(codeOf(wrongUrl)).toBe('url_not_allowed')
  const fetched = await app.attempt(() => (window.auth.fetch as () => Promise<Response>)())
  expect(fetched.error).toMatchObject({ name: 'TypeError' })
  expect(server.requests('authorize')).toEqual([])
})

test('after a sign-in require() no longer rejects for an old sign-out', async ({
  app,
  server,
  secondTab,
}) => {
  server.options.metadata = { end_session_endpoint: undefined }
  await app.open('/private')
  const other = await secondTab()
  for (const round of [1, 2]) {
    await other.signIn()
    await app.becomes('signed-in')
    await app.signOut({ local: true })
    expect(await guard(app), `${round}`).toBe('not_signed_in')
  }
  await other.signIn()
  await app.becomes('signed-in')
  server.revokeGrants()
  await expire(app)
  expect(codeOf(await app.refresh())).toBe('session_ended')
  hold(server)
  await enter(app)
  await asked(server, 4)
})

test('after a session that ended by itself require() signs in again', async ({
  app,
  server,
  api,
}) => {
  await app.open('/private')
  await app.signIn()
  server.revokeGrants()
  await expire(app)
  expect(codeOf(await app.fetch(`${api.url}me`))).toBe('session_ended')
  expect(await said(app)).toBe('session_ended')
  hold(server)
  await enter(app)
  expect(await arrive(app, await answer(server, await asked(server, 2)))).toBe('signed-in')
})

test.describe('called before start()', () => {
  test.use({ mode: 'manual' })

  test('require() finishes the callback first', async ({ app, server, appOptions }) => {
    await app.page.goto('/')
    await app.page.evaluate(
      (given) => void (window.auth = window.Pixy.createAuth(given)),
      appOptions,
    )
    hold(server)
    await enter(app, { returnTo: '/private' })
    await app.page.goto(await answer(server, await asked(server, 1)))
    const status = await app.page.evaluate(
      async (given) => (await window.Pixy.createAuth(given).require()).status,
      appOptions,
    )
    expect(status).toBe('signed-in')
    expect(shown(app)).toBe('/private')
  })
})
