import { expect, test, type Tab } from '../support/fixture.js'
import { expire, watchesEnd } from '../support/session.js'
import { codeOf, hinted, said, withoutMembers } from '../support/sign-in-steps.js'

test.beforeEach(async ({ server, app }) => {
  server.fail(
    'token',
    { body: (json) => ({ ...withoutMembers('refresh_token')(json), expires_in: 2 }) },
    Infinity,
  )
  await app.open()
  await app.signIn()
})

test('a session without a refresh token ends by itself, and says why', async ({ app }) => {
  await app.becomes('signed-out')
  expect(await said(app)).toBe('session_ended')
  expect(await hinted(app)).toContain('gave no refresh token')
  expect(codeOf(await app.token())).toBe('not_signed_in')
})

test('a second tab ends it by itself after the tab of the sign-in is closed', async ({
  app,
  secondTab,
  server,
}) => {
  await app.becomes('signed-out')
  const other = await secondTab()
  server.fail(
    'token',
    { body: (json) => ({ ...withoutMembers('refresh_token')(json), expires_in: 4 }) },
    Infinity,
  )
  await app.signIn()
  await other.becomes('signed-in')
  await app.page.close()
  await other.becomes('signed-out')
  expect(await said(other)).toBe('session_ended')
})

test('refresh() says that there is no refresh token', async ({ app }) => {
  const { error } = await app.refresh()
  expect(error?.hint).toContain('gave no refresh token')
})

test('a call after the end says why there is no refresh token', async ({ app, api, server }) => {
  const calls = {
    fetch: () => app.fetch(api.url),
    getAccessToken: () => app.token(),
    refresh: () => app.refresh(),
  }
  server.heal()
  for (const [name, call] of Object.entries(calls))
    await test.step(name, async () => {
      server.fail('token', { body: withoutMembers('refresh_token') })
      await app.signIn()
      await watchesEnd(app)
      await expire(app)
      const { error } = await call()
      expect(error).toMatchObject({
        code: 'session_ended',
        hint: expect.stringContaining('gave no refresh token'),
      })
      expect(await said(app)).toBe('session_ended')
    })
})

test('a page that is opened after its end says why, once', async ({ app, server }) => {
  server.heal()
  server.fail('token', { body: withoutMembers('refresh_token') })
  await app.signIn()
  await watchesEnd(app)
  await expire(app)
  expect(await app.reload()).toMatchObject({ status: 'signed-out' })
  expect(await said(app)).toBe('session_ended')
  expect(await hinted(app)).toContain('gave no refresh token')
  expect(await app.reload()).toEqual({ status: 'signed-out' })
})

/** What the console of the page is told of a refresh token. */
function warnings({ page }: Tab): string[] {
  const told: string[] = []
  page.on('console', (it) => it.text().includes('no refresh token') && told.push(it.text()))
  return told
}

test('in development the console says that `offline_access` gave no refresh token', async ({
  app,
}) => {
  const told = warnings(app)
  await app.signIn()
  await expect.poll(() => told).toHaveLength(1)
  expect(told[0]).toMatch(/^pixy-auth: `scope` has `offline_access`.* grant type `refresh_token`/)
})

test.describe('without `offline_access`', () => {
  test.use({ options: { scope: 'openid' } })

  test('the console says nothing of it', async ({ app }) => {
    const told = warnings(app)
    await app.signIn()
    await app.becomes('signed-out')
    expect(told).toEqual([])
  })
})
