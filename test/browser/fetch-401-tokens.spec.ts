import { expect, test } from '../support/fixture.js'
import { missingFile } from '../support/missing-file.js'
import { refreshes, saying } from '../support/session.js'

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

test('the app gets the 401 if the refresh fails', async ({ app, api, server }) => {
  await test.step('for now: the session stays', async () => {
    server.expireAccessTokens()
    server.fail('token', { status: 502, body: 'bad gateway', handled: false }, Infinity)
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 401 })
    expect(api.seen).toHaveLength(1)
    await app.becomes('stale')
    server.heal()
  })

  await app.signOut({ local: true })
  await app.signIn()

  await test.step('for good: the session ends, and says so', async () => {
    server.revokeGrants()
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 401 })
    await app.becomes('signed-out')
    expect(await saying(app)).toBe('signed-out session_ended')
  })
})

test('the app gets the 401 if the code of a refresh cannot be loaded', async ({
  app,
  api,
  server,
}) => {
  const { asked } = await missingFile(app, 'refresh')
  // No idle page fetches it before.
  await app.page.addInitScript(() => {
    window.requestIdleCallback = () => 0
  })
  await app.open()
  server.expireAccessTokens()
  expect(await app.fetch(`${api.url}me`)).toMatchObject({ value: { status: 401 } })
  expect(asked).not.toEqual([])
})

test('the app gets the 401 if the file that reads the challenge cannot be loaded', async ({
  app,
  api,
}) => {
  const { asked } = await missingFile(app, 'demand')
  const challenge = 'Bearer error="insufficient_user_authentication"'
  api.handler = () => new Response('', { status: 401, headers: { 'www-authenticate': challenge } })
  expect(await app.fetch(`${api.url}me`)).toMatchObject({ value: { status: 401 } })
  expect(asked).not.toEqual([])
})

test.describe('without a refresh token', () => {
  test.use({ options: { scope: 'openid' } })

  test('the app gets the 401, and the session stays', async ({ app, api, server }) => {
    server.expireAccessTokens()
    expect(await app.fetch(`${api.url}me`)).toMatchObject({ value: { status: 401 } })
    expect(server.requests('token')).toHaveLength(1)
    expect(api.seen).toHaveLength(1)
    expect(await app.state()).toMatchObject({ status: 'signed-in' })
  })
})

test.describe('with several tokens', () => {
  // Paths below the test's API stand for other APIs.
  test.use({
    options: async ({ api }, use) =>
      use({
        scope: 'openid profile email offline_access',
        resources: [
          api.url,
          { url: `${api.url}orders/`, scope: 'email' },
          { url: `${api.url}stock/`, resource: 'https://stock.example/' },
        ],
      }),
  })

  test('a 401 renews each token, even if another was renewed a moment ago', async ({
    app,
    server,
    api,
  }) => {
    const all = ['me', 'orders/me', 'stock/me']
    for (const path of all) await app.fetch(api.url + path)
    api.handler = ({ headers }) =>
      server.verify(headers.get('authorization')?.slice(7) ?? '')
        ? undefined
        : new Response('', { status: 401 })
    server.expireAccessTokens()
    const before = refreshes(server).length
    for (const path of all) expect((await app.fetch(api.url + path)).value?.status, path).toBe(200)
    expect(refreshes(server)).toHaveLength(before + 3)
  })
})
