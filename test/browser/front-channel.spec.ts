import type { Frame } from '@playwright/test'
import type { Servers } from '../support/servers.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { until } from '../support/frame.js'
import { refreshes, stored } from '../support/session.js'
import { said } from '../support/sign-in-steps.js'

/** The `iss` and `sid` of the session that this tab has. */
const named = (tab: Tab): Promise<{ iss: string; sid: string }> =>
  stored(tab).then((record) => {
    const { idToken = '' } = record as { idToken?: string }
    const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()
    return JSON.parse(payload) as { iss: string; sid: string }
  })

/** A page of another origin that holds this page of the app in a frame. */
async function framed(tab: Tab, servers: Servers, origin: string, query: string): Promise<Frame> {
  const src = `${servers.appOrigin}/?${query.replaceAll('&', '&amp;')}`
  const path = servers.newPage(() => `<iframe hidden src="${src}"></iframe>`, { lax: true })
  await tab.page.goto(origin + path)
  const frame = tab.page.frames()[1]!
  await until(frame, () => window.auth.state.status !== 'loading')
  return frame
}

/** What comes of the logout in a frame. */
const logout = (frame: Frame): Promise<string> =>
  frame.evaluate(() =>
    window.Pixy.frontChannelLogout(window.options).then(
      () => 'ended',
      (error: { code: string }) => error.code,
    ),
  )

test.beforeEach(({ server, servers }) => {
  server.options.frontchannelLogoutUris = [`${servers.appOrigin}/`]
})

test.describe('a frame of the same site', () => {
  test('ends the session in every tab, and its refresh token is revoked', async ({
    app,
    server,
    servers,
    secondTab,
    context,
  }) => {
    await app.open()
    await app.signIn()
    const other = await secondTab()
    const { refreshToken } = await stored(app)
    const query = new URLSearchParams(await named(app)).toString()
    const outside = { page: await context.newPage() } as Tab
    const frame = await framed(outside, servers, servers.otherOrigin, query)
    expect(await logout(frame)).toBe('ended')
    for (const tab of [app, other]) await expect.poll(() => said(tab)).toBe('session_ended')
    expect((await stored(app)).ended).toBe('expired')
    await expect.poll(() => server.requests('revocation').length).toBe(1)
    expect(server.requests('revocation')[0]?.params['token']).toBe(refreshToken)
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect(refreshes(server)).toEqual([])
  })

  const lies: [what: string, code: string, change: (query: URLSearchParams) => void][] = [
    ['the `sid` of another session', 'not_signed_in', (it) => it.set('sid', 'another')],
    ['another `iss`', 'issuer_mismatch', (it) => it.set('iss', 'https://id.example.com')],
    ['no `sid`', 'invalid_response', (it) => it.delete('sid')],
    ['no `iss`', 'invalid_response', (it) => it.delete('iss')],
    ['two `sid`', 'invalid_response', (it) => it.append('sid', 'another')],
  ]
  for (const [what, code, change] of lies)
    test(`T53: ${what} ends nothing`, async ({ app, server, servers, context }) => {
      await app.open()
      await app.signIn()
      const query = new URLSearchParams(await named(app))
      change(query)
      const outside = { page: await context.newPage() } as Tab
      const frame = await framed(outside, servers, servers.otherOrigin, query.toString())
      expect(await logout(frame)).toBe(code)
      expect((await app.reload()).status).toBe('signed-in')
      expect(server.requests('revocation')).toEqual([])
    })
})

test('T53: no logout URL ends a session whose ID token has no `sid`', async ({
  app,
  server,
  servers,
  context,
}) => {
  delete server.options.frontchannelLogoutUris
  await app.open()
  await app.signIn()
  const query = new URLSearchParams({ iss: server.issuer, sid: 'undefined' }).toString()
  const outside = { page: await context.newPage() } as Tab
  const frame = await framed(outside, servers, servers.otherOrigin, query)
  expect(await logout(frame)).toBe('not_signed_in')
  expect((await app.reload()).status).toBe('signed-in')
})

test('the frame of a server on another site finds no session, and ends none', async ({
  app,
  server,
  context,
}) => {
  await app.open()
  await app.signIn()
  const outside = await context.newPage()
  await outside.goto(`${server.issuer}/end_session`)
  const frame = outside.frames()[1]!
  await until(frame, () => window.auth.state.status !== 'loading')
  expect(await logout(frame)).toBe('not_signed_in')
  expect((await app.reload()).status).toBe('signed-in')
  expect(server.requests('revocation')).toEqual([])
})
