import type { MockServer } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { expire, holdTokens, nearExpiry, refreshes, saying, stored } from '../support/session.js'

// What servers do with a refresh token that has been used before.

/** Present a refresh token as a thief would. */
function present({ issuer, fetch }: MockServer, token = ''): Promise<Response> {
  const grant = { grant_type: 'refresh_token', client_id: 'app', refresh_token: token }
  const body = new URLSearchParams(grant)
  return fetch(new Request(`${issuer}/token`, { method: 'POST', body }))
}

const outcomes = (server: MockServer): string[] =>
  server.refreshTokenUses.map(({ outcome }) => outcome)

test.describe('Glewlwyd, which keeps the access token after a reuse,', () => {
  test.use({ serverOptions: { reuseSparesAccess: true } })

  test('answers calls until the next refresh, which ends the session', async ({
    app,
    server,
    api,
  }) => {
    await app.open()
    await app.signIn()
    const { refreshToken } = await stored(app)
    await app.refresh()
    expect((await present(server, refreshToken)).status).toBe(400)
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
    expect(await saying(app)).toBe('signed-in')
    await expire(app)
    expect((await app.fetch(`${api.url}me`)).error?.code).toBe('session_ended')
    expect(await saying(app)).toBe('signed-out session_ended')
    expect(outcomes(server)).toEqual(['rotated', 'reused', 'refused'])
  })
})

test.describe('Dex, which gives the same refresh token soon after a refresh,', () => {
  test.use({ serverOptions: { reuseInterval: 600 } })

  test('keeps the session', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    const { refreshToken } = await stored(app)
    const used: (string | undefined)[] = []
    for (const _ of [1, 2]) {
      await nearExpiry(app)
      expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
      used.push((await stored(app)).refreshToken)
    }
    expect(used).toEqual([refreshToken, refreshToken])
    expect(outcomes(server)).toEqual(['kept', 'kept'])
    server.options.reuseInterval = 0
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect((await stored(app)).refreshToken).not.toBe(refreshToken)
    expect(outcomes(server)).toEqual(['kept', 'kept', 'rotated'])
  })

  test('keeps the session after a lost answer', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    server.options.reuseInterval = 0
    const first = (await stored(app)).refreshToken
    server.fail('token', { drop: 'after' })
    holdTokens(server)
    const lost = app.refresh()
    await expect.poll(() => refreshes(server).length).toBe(2)
    server.options.reuseInterval = 600
    server.heal()
    expect((await lost).value).toMatchObject({ status: 'signed-in' })
    expect(refreshes(server).map(({ params }) => params['refresh_token'])).toEqual([first, first])
    expect(outcomes(server)).toEqual(['rotated', 'kept'])
    server.options.reuseInterval = 0
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect(outcomes(server)).toEqual(['rotated', 'kept', 'rotated'])
  })
})
