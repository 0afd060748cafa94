import type { MockServer } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { button, click, closes, ends, popped } from '../support/popup.js'
import { codeOf, said, shown } from '../support/sign-in-steps.js'

test.afterEach(({ servers }) => void (servers.coop = 'same-origin'))

/** Let the server's pages have this policy. */
function severing(server: MockServer, coop: string): void {
  if (coop) server.fail('authorize', { headers: { 'cross-origin-opener-policy': coop } }, Infinity)
}

/** The server shows a page, and sends no user back. */
const asks = (server: MockServer): void => void (server.consent = { page: 'Sign in' })

const policies = ['', 'same-origin', 'same-origin-allow-popups', 'noopener-allow-popups']

test('F61: a popup signs in whatever opener policies the app and the server send', async ({
  app,
  server,
  servers,
}) => {
  for (const coop of policies)
    for (const other of ['', 'same-origin'])
      await test.step(`the app sends “${coop}”, the server “${other}”`, async () => {
        servers.coop = coop
        server.heal()
        severing(server, other)
        const home = `/desk?${new URLSearchParams({ coop, other })}#b`
        await app.open(home)
        const asked = server.ledger.length
        await button(app)
        const popup = await click(app)
        await ends(app, 'signed-in')
        await closes(popup)
        expect(await app.state()).toMatchObject({ status: 'signed-in', user: { sub: 'user-1' } })
        expect(shown(app)).toBe(home)
        const requests = server.ledger.slice(asked).map(({ endpoint }) => endpoint)
        expect(requests.filter((it) => !/config/.test(it))).toEqual(['authorize', 'token'])
        await app.signOut({ local: true })
      })
})

test('F60: closing the popup ends the sign-in, and the next click opens another', async ({
  app,
  server,
  servers,
}) => {
  servers.coop = ''
  asks(server)
  await app.open()
  await button(app)
  const popup = await click(app)
  await popup.waitForURL(`${server.issuer}/**`)
  expect(await popup.evaluate(() => window.opener === null)).toBe(true)
  await popup.close()
  await ends(app, 'popup_closed')
  expect(await said(app)).toBe('signed-out')
  server.consent = {}
  await closes(await click(app))
  await ends(app, 'popup_closed', 'signed-in')
})

test('F60, F61: closing a popup that was cut off from the page ends the sign-in', async ({
  app,
  server,
}) => {
  asks(server)
  await app.open()
  await app.page.clock.install()
  await button(app)
  const popup = await click(app)
  await popup.waitForURL(`${server.issuer}/**`)
  // Real time passes, too.
  await app.page.clock.runFor(3000)
  expect(await popped(app)).toEqual([])
  await popup.close()
  await app.page.clock.runFor(12_000)
  await ends(app, 'popup_closed')
})

test('F61: an open popup does not count as closed while it has the focus', async ({
  app,
  server,
}) => {
  asks(server)
  await app.open()
  await app.page.evaluate(() => void (document.hasFocus = () => false))
  await app.page.clock.install()
  await button(app)
  const popup = await click(app)
  await popup.waitForURL(`${server.issuer}/**`)
  await app.page.clock.runFor(60_000)
  expect(await popped(app)).toEqual([])
  server.consent = {}
  const [request] = server.requests('authorize')
  await popup.goto(request?.url ?? '').catch(() => {})
  await ends(app, 'signed-in')
})

test('F59: a blocked popup rejects at once', async ({ app }) => {
  await app.open()
  await app.page.evaluate(() => void (window.open = () => null))
  expect(codeOf(await app.attempt(() => window.auth.signIn({ via: 'popup' })))).toBe(
    'popup_blocked',
  )
  expect(await said(app)).toBe('popup_blocked')
})

test('a second click shows the popup again', async ({ app, server, servers }) => {
  servers.coop = ''
  asks(server)
  await app.open()
  await button(app)
  const popup = await click(app)
  await popup.waitForURL(`${server.issuer}/**`)
  const pages = app.page.context().pages().length
  await app.page.click('button')
  await app.page.evaluate(() => window.auth.signInUrl())
  expect(app.page.context().pages()).toHaveLength(pages)
  server.consent = {}
  await popup.reload().catch(() => {})
  await ends(app, 'signed-in', 'signed-in')
})

test('a second click opens another popup where the first was lost', async ({ app, server }) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  asks(server)
  await app.open()
  await button(app)
  const lost = await click(app)
  await lost.waitForURL(`${server.issuer}/**`)
  server.consent = {}
  await closes(await click(app))
  await ends(app, 'signed-in', 'signed-in')
})

test('an abort signal ends the sign-in, and closes a popup that is still blank', async ({
  app,
  server,
}) => {
  asks(server)
  await app.open()
  await button(app)
  await (await click(app)).waitForURL(`${server.issuer}/**`)
  await app.page.evaluate(() => window.controller.abort())
  await ends(app, 'aborted')
  expect(await said(app)).toBe('signed-out')
  server.options.metadata = { require_pushed_authorization_requests: true }
  server.fail('par', { hang: true })
  await app.page.evaluate(() => indexedDB.deleteDatabase('pixy-auth'))
  await app.reload()
  await button(app)
  const popup = await click(app)
  await app.page.evaluate(() => window.controller.abort())
  await ends(app, 'aborted')
  await closes(popup)
})

test('a sign-in that cannot begin closes its popup', async ({ app, server }) => {
  server.fail('openid-configuration', { status: 500 }, Infinity)
  server.fail('oauth-authorization-server', { status: 500 }, Infinity)
  await app.open()
  await button(app)
  await closes(await click(app))
  await expect.poll(() => popped(app)).toHaveLength(1)
  expect(await popped(app)).toEqual([await said(app)])
  await button(app, { maxAge: 'soon' as unknown as number })
  await closes(await click(app))
  await expect.poll(async () => (await popped(app))[1]).toBe('config')
})

test('a refusal by the server is shown, and a live session stays', async ({ app, server }) => {
  server.consent = { error: 'access_denied' }
  await app.open()
  await button(app)
  await closes(await click(app))
  await ends(app, 'access_denied')
  expect(await said(app)).toBe('access_denied')
  server.consent = {}
  await closes(await click(app))
  await ends(app, 'access_denied', 'signed-in')
  server.consent = { error: 'access_denied' }
  await closes(await click(app))
  await ends(app, 'access_denied', 'signed-in', 'access_denied')
  expect(await said(app)).toBe('signed-in')
})

test('T19: a message that is not this sign-in’s answer changes nothing', async ({
  app,
  server,
  baseURL,
}) => {
  asks(server)
  await app.open()
  await button(app)
  const popup = await click(app)
  await popup.waitForURL(`${server.issuer}/**`)
  const state = server.requests('authorize')[0]?.params['state'] ?? ''
  const other = `${state.slice(0, 10)}another`
  const lies = [
    null,
    { state },
    'not a URL',
    `${baseURL}/?code=stolen`,
    `${baseURL}/?code=stolen&state=${other}`,
    `${baseURL}/?code=stolen&state=${state.replace('px1p', 'px1r')}`,
  ]
  await app.page.evaluate(
    ([name, all]) => {
      const channel = new BroadcastChannel(`pixy-auth:popup:${name}`)
      for (const lie of all) channel.postMessage(lie)
    },
    [state.slice(10), lies] as const,
  )
  server.consent = {}
  await popup.goto(server.requests('authorize')[0]?.url ?? '').catch(() => {})
  await ends(app, 'signed-in')
  expect(server.requests('token')).toHaveLength(1)
})

test('F61: a popup whose opener is gone finishes the sign-in itself', async ({ app, server }) => {
  asks(server)
  await app.open('/desk')
  await button(app)
  const popup = await click(app)
  await popup.waitForURL(`${server.issuer}/**`)
  await app.reload()
  server.consent = {}
  await popup.goto(server.requests('authorize')[0]?.url ?? '')
  await popup.waitForURL('**/desk')
  await app.becomes('signed-in')
  expect(popup.isClosed()).toBe(false)
})

test('a server that asks for consent afterwards uses the same popup', async ({ app, server }) => {
  server.options.consentForOffline = true
  await app.open()
  await button(app)
  await closes(await click(app))
  await ends(app, 'signed-in')
  expect(server.requests('authorize').map(({ params }) => params['prompt'])).toEqual([
    undefined,
    'consent',
  ])
  expect((await app.refresh()).value?.status).toBe('signed-in')
})

test('T45: the server’s page cannot reach the page that opened its popup', async ({
  app,
  server,
  servers,
}) => {
  servers.coop = ''
  asks(server)
  await app.open()
  await button(app)
  const popup = await click(app)
  await popup.waitForURL(`${server.issuer}/**`)
  expect(await popup.evaluate(() => String(window.opener))).toBe('null')
})

test('an unknown value of `via` is refused, and opens nothing', async ({ app }) => {
  await app.open()
  const outcome = await app.attempt(() => window.auth.signIn({ via: 'carrier pigeon' as 'popup' }))
  expect(outcome.error?.message).toContain('via')
  expect(app.page.context().pages()).toHaveLength(1)
})
