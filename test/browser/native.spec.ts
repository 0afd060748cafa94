import { expect, test } from '../support/fixture.js'
import { browse, finish, leave, opened, signOut } from '../support/native.js'
import { ends } from '../support/popup.js'
import { changed, codeOf, said, shown } from '../support/sign-in-steps.js'

const app = 'com.example.app:/callback'

test('an app in a shell signs in by the user’s browser, and its page stays', async ({
  app: tab,
  server,
  api,
}) => {
  await tab.open('/native/desk?a#b')
  const url = await leave(tab)
  expect(new URL(url).searchParams.get('redirect_uri')).toBe(app)
  const answer = await browse(url)
  expect(answer).toMatch(/^com\.example\.app:\/callback\?code=/)
  expect(await finish(tab, answer)).toEqual({ value: 'signed-in' })
  await ends(tab, 'signed-in')
  expect(shown(tab)).toBe('/native/desk?a#b')
  expect((await tab.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
  expect(server.requests('token')).toHaveLength(1)
  expect((await tab.refresh()).value?.status).toBe('signed-in')
  await tab.reload()
  expect(await said(tab)).toBe('signed-in')
})

test('a sign-out opens the end of the server’s session and comes back to the app', async ({
  app: tab,
  server,
}) => {
  await tab.open('/native')
  await finish(tab, await browse(await leave(tab)))
  expect(await signOut(tab)).toEqual({})
  const [, url = ''] = await opened(tab, 2)
  expect(new URL(url).searchParams.get('post_logout_redirect_uri')).toBe(app)
  const back = await browse(url)
  expect(back).toMatch(/^com\.example\.app:\/callback\?state=/)
  expect(await finish(tab, back)).toEqual({ value: false })
  expect(await said(tab)).toBe('signed-out')
  expect(shown(tab)).toBe('/native')
  // Not by the app's own page.
  expect(server.requests('end_session')).toHaveLength(1)
})

test('a local sign-out opens nothing', async ({ app: tab }) => {
  await tab.open('/native')
  await finish(tab, await browse(await leave(tab)))
  await signOut(tab, { local: true })
  await opened(tab, 1)
  expect(await said(tab)).toBe('signed-out')
})

test('an app that the answer launches goes from loading straight to signed-in', async ({
  app: tab,
}) => {
  await tab.open('/native/desk')
  const answer = await browse(await leave(tab))
  await tab.page.addInitScript((url) => void (window.launchUrl = url), answer)
  await tab.open('/native/start')
  expect(await said(tab)).toBe('signed-in')
  expect(await tab.history()).toEqual(['loading', 'signed-in'])
  // The router is taken back to where the user was.
  expect(shown(tab)).toBe('/native/desk')
})

test('a new sign-in does not count as idle, however long the app was closed', async ({
  app: tab,
}) => {
  await tab.page.addInitScript(() => void Object.assign(window.options, { idle: { after: 60 } }))
  await tab.open('/native')
  const { issuer, clientId } = await tab.page.evaluate(() => window.options)
  const answer = await browse(await leave(tab))
  await tab.page.evaluate(
    (key) => localStorage.setItem(`pixy-auth:active:${key}`, '1'),
    `${issuer} ${clientId}`,
  )
  await tab.page.addInitScript((url) => void (window.launchUrl = url), answer)
  await tab.open('/native')
  expect(await said(tab)).toBe('signed-in')
})

test('an answer that the system delivers twice is exchanged once', async ({ app: tab, server }) => {
  await tab.open('/native')
  const answer = await browse(await leave(tab))
  const states = await tab.page.evaluate(
    (url) => Promise.all([window.native.finish(url), window.native.finish(url)]),
    answer,
  )
  expect(states.map((state) => state && state.status)).toEqual(['signed-in', 'signed-in'])
  expect(server.requests('token')).toHaveLength(1)
})

test('T1: an answer that is forged, or was used before, is refused and changes nothing', async ({
  app: tab,
  server,
}) => {
  await tab.open('/native')
  const answer = await browse(await leave(tab))
  const { searchParams } = new URL(answer)
  const state = searchParams.get('state') ?? ''
  const forged = changed(answer, { state: `${state.slice(0, 10)}forged`, code: 'stolen' })
  expect(codeOf(await finish(tab, forged))).toBe('unknown_transaction')
  expect(await said(tab)).toBe('signed-out')
  expect(server.requests('token')).toEqual([])
  // The sign-in still waits for its own answer.
  expect(await finish(tab, answer)).toEqual({ value: 'signed-in' })
  await ends(tab, 'signed-in')
  expect(codeOf(await finish(tab, answer))).toBe('unknown_transaction')
  expect(await said(tab)).toBe('signed-in')
  expect(server.requests('token')).toHaveLength(1)
})

test('T4: an answer of another server is refused', async ({ app: tab, server }) => {
  await tab.open('/native')
  const answer = await browse(await leave(tab))
  const other = changed(answer, { iss: 'https://evil.example' })
  expect(codeOf(await finish(tab, other))).toBe('issuer_mismatch')
  await ends(tab, 'issuer_mismatch')
  expect(await said(tab)).toBe('issuer_mismatch')
  expect(server.requests('token')).toEqual([])
})

test('a URL that is no answer to this client is left to the app', async ({ app: tab, server }) => {
  await tab.open('/native')
  const url = await leave(tab)
  const state = new URL(url).searchParams.get('state') ?? ''
  const others = [
    'com.example.app:/posts/7',
    'no URL',
    '',
    app,
    `${app}?a=1`,
    `com.example.app:/other?code=a&state=${state}`,
    `com.example.apps:/callback?code=a&state=${state}`,
    `com.example.app://evil/callback?code=a&state=${state}`,
    `https://example.com/callback?code=a&state=${state}`,
    `${app}?code=a&state=px1r000000another-client`,
    `${app}?code=a&state=none-of-ours`,
  ]
  for (const other of others) expect(await finish(tab, other), other).toEqual({ value: false })
  for (const wrong of [undefined, null, 7, {}])
    expect(codeOf(await finish(tab, wrong))).toBe('config')
  expect(server.requests('token')).toEqual([])
  expect(await said(tab)).toBe('signed-out')
})

test('a refusal by the server is shown, and the next sign-in works', async ({
  app: tab,
  server,
}) => {
  server.consent = { error: 'access_denied' }
  await tab.open('/native')
  const denied = await browse(await leave(tab))
  expect(codeOf(await finish(tab, denied))).toBe('access_denied')
  await ends(tab, 'access_denied')
  expect(await said(tab)).toBe('access_denied')
  server.consent = {}
  await finish(tab, await browse(await leave(tab)))
  await ends(tab, 'access_denied', 'signed-in')
})

test('an aborted sign-in rejects, and an answer that comes later still signs in', async ({
  app: tab,
}) => {
  await tab.open('/native')
  const answer = await browse(await leave(tab))
  await tab.page.evaluate(() => window.controller.abort())
  await ends(tab, 'aborted')
  expect(await said(tab)).toBe('signed-out')
  expect(await finish(tab, answer)).toEqual({ value: 'signed-in' })
  expect(await said(tab)).toBe('signed-in')
})

test('a second click opens the server’s page again, but a double click does not', async ({
  app: tab,
  server,
}) => {
  server.options.metadata = { require_pushed_authorization_requests: true }
  await tab.open('/native')
  await tab.page.clock.install()
  await leave(tab)
  const again = (): Promise<void> => tab.page.evaluate(() => void window.native.signIn())
  await again()
  await tab.page.clock.runFor(4000)
  await opened(tab, 1)
  await again()
  const [first, second = ''] = await opened(tab, 2)
  expect(second).not.toBe(first)
  await finish(tab, await browse(second))
  await ends(tab, 'signed-in')
  expect(await tab.page.evaluate(() => window.opened)).toEqual([first, second])
})

test('a server that asks for consent afterwards opens the browser again', async ({
  app: tab,
  server,
}) => {
  server.options.consentForOffline = true
  await tab.open('/native')
  await finish(tab, await browse(await leave(tab)))
  const [, again = ''] = await opened(tab, 2)
  await finish(tab, await browse(again))
  await ends(tab, 'signed-in')
  expect((await tab.refresh()).value?.status).toBe('signed-in')
  expect(shown(tab)).toBe('/native')
})

test('a browser that cannot be opened is reported without the URL', async ({ app: tab }) => {
  await tab.open('/native')
  for (const isLate of [true, false]) {
    await tab.page.evaluate((late) => {
      window.onOpen = (url) => {
        if (late) return Promise.reject(new Error(url))
        throw new Error(url)
      }
    }, isLate)
    const { error } = await tab.attempt(() => window.native.signIn())
    expect(error).toMatchObject({ code: 'unsupported', hint: '`openUrl` failed.' })
  }
})

test('no window, frame or link of the app leads to the server', async ({ app: tab }) => {
  await tab.open('/native')
  for (const via of ['iframe', 'popup'] as const) {
    expect(codeOf(await tab.attempt((how) => window.native.signIn({ via: how }), via))).toBe(
      'config',
    )
    expect(codeOf(await tab.attempt((how) => window.native.require({ via: how }), via))).toBe(
      'config',
    )
  }
  expect(codeOf(await tab.attempt(() => window.native.signInUrl()))).toBe('unsupported')
  expect(tab.page.context().pages()).toHaveLength(1)
  expect(await tab.page.evaluate(() => window.opened)).toEqual([])
})

test('an answer in the page’s own address is ignored', async ({ app: tab, server, baseURL }) => {
  await tab.open('/native')
  const state = new URL(await leave(tab)).searchParams.get('state') ?? ''
  await tab.page.goto(`${baseURL}/native?code=stolen&state=${state}`)
  expect(await said(tab)).toBe('signed-out')
  expect(server.requests('token')).toEqual([])
})
