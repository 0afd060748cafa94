import { expect, test } from '../support/fixture.js'
import { saying } from '../support/session.js'

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
