import { expect, test, type Tab } from '../support/fixture.js'
import type { Fault, MockServer } from '../../src/testing/index.js'
import { codeOf, hold, said } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'
import { bend, call, expire, hurry, leaks, refreshes, saying } from '../support/session.js'

const json = { 'content-type': 'application/json' }

/** The hint of `state.error` or `state.stale`. */
const told = (app: Tab): Promise<string | undefined> =>
  app.page.evaluate(() => {
    const { state } = window.auth
    const error = 'stale' in state ? state.stale : 'error' in state ? state.error : undefined
    return error?.hint
  })

const posts = (server: MockServer): number =>
  server.requests('token').filter(({ method }) => method === 'POST').length

test('F10: a CORS refusal names the endpoint and the origin, and keeps the session', async ({
  app,
  server,
  servers,
}) => {
  const allow = `llow the origin ${servers.appOrigin} at the authorization server.`
  await test.step('discovery', async () => {
    server.fail('openid-configuration', { cors: false }, Infinity)
    server.fail('oauth-authorization-server', { cors: false }, Infinity)
    await app.open()
    hold(server)
    const { error } = await app.attempt(() => window.auth.signIn())
    expect(error).toMatchObject({ code: 'cors', retryable: true })
    expect(error?.hint).toContain(`(discovery: ${server.issuer}/.well-known/openid-configuration)`)
    expect(error?.hint).toContain(allow)
    expect(server.requests('authorize')).toEqual([])
    server.heal()
  })
  await test.step('the exchange', async () => {
    server.fail('token', { cors: false }, Infinity)
    await app.leave()
    expect(await said(app)).toBe('cors')
    expect(await told(app)).toContain(allow)
    expect(await told(app)).toContain(`(token: ${server.issuer}/token)`)
    expect(posts(server)).toBe(1)
    server.heal()
  })
  await test.step('a refresh', async () => {
    await app.signIn()
    await hurry(app)
    const earlier = posts(server)
    await expire(app)
    server.fail('token', { cors: false, handled: false }, 2)
    expect((await app.token()).error).toMatchObject({ code: 'network', retryable: true })
    expect(await saying(app)).toBe('signed-in network')
    expect(posts(server)).toBe(earlier + 2)
  })
})

test('F12: a redirect of an endpoint is reported, not followed', async ({
  app,
  server,
  servers,
}) => {
  const before = servers.evil.seen.length
  const away = (status: number): Fault => ({
    status,
    headers: { location: `${servers.evil.origin}/` },
    handled: false,
  })
  server.fail('openid-configuration', away(302), Infinity)
  server.fail('oauth-authorization-server', away(308), Infinity)
  await app.open()
  hold(server)
  expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe('discovery_failed')
  server.heal()

  server.fail('token', away(307))
  await app.leave()
  expect(await said(app)).toBe('invalid_response')
  expect(await told(app)).toContain('It was a redirect.')

  await app.signIn()
  await hurry(app)
  await expire(app)
  server.fail('token', away(302), 2)
  expect((await app.token()).error?.hint).toContain('It was a redirect.')
  expect(await saying(app)).toBe('signed-in invalid_response')
  expect(refreshes(server)).toHaveLength(2)
  expect(servers.evil.seen).toHaveLength(before)
})

test.describe('while signed in', () => {
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.signIn()
  })

  test('F14: a 401 with WWW-Authenticate is judged by the error in its body', async ({
    app,
    server,
  }) => {
    const challenge = {
      ...json,
      'www-authenticate': 'Basic realm="token", error="invalid_client"',
      'access-control-expose-headers': 'www-authenticate',
    }
    const refusing = (error: string): Fault => ({
      status: 401,
      headers: challenge,
      handled: false,
      body: JSON.stringify({ error }),
    })
    server.fail('token', refusing('unauthorized_client'))
    expect((await app.refresh()).error).toMatchObject({
      code: 'oauth_error',
      oauth: { error: 'unauthorized_client' },
    })
    expect(await saying(app)).toBe('signed-in oauth_error')
    await bend(app, (record) => void delete record.lease)
    server.fail('token', refusing('invalid_grant'))
    await expire(app)
    expect((await app.token()).error?.code).toBe('session_ended')
  })

  test('F15: invalid_grant ends the session in every tab, unless another renewed it', async ({
    app,
    server,
    secondTab,
  }) => {
    await test.step('another tab has won', async () => {
      const refused = { status: 400, body: '{"error":"invalid_grant"}', headers: json }
      await expire(app)
      server.fail('token', { ...refused, handled: false, delay: 600_000 })
      const waiting = await call(app)
      await expect.poll(() => refreshes(server)).toHaveLength(1)
      await bend(app, (record) => {
        record.version++
        record.refreshToken = 'of the winner'
        for (const token of Object.values(record.tokens)) {
          token.value = 'of the winner, too'
          token.receivedAt = Date.now()
          token.expiresAt = Date.now() + 300_000
        }
      })
      server.heal()
      expect(await waiting.answer()).toBe('of the winner, too')
      expect(await saying(app)).toBe('signed-in')
      await app.signIn()
    })
    const second = await secondTab()
    await expire(app, second)
    const earlier = refreshes(server).length
    server.revokeGrants()
    expect((await app.token()).error).toMatchObject({ code: 'session_ended' })
    expect(await saying(app)).toBe('signed-out session_ended')
    await second.becomes('signed-out')
    expect(await saying(second)).toBe('signed-out session_ended')
    expect(refreshes(server)).toHaveLength(earlier + 1)
    expect(server.requests('revocation')).toHaveLength(0)
    expect(await leaks(app, server)).toEqual([])
    // The next start shows no error.
    expect(await app.reload()).toEqual({ status: 'signed-out' })
  })

  test('F72: a refresh for another user ends the session and revokes both tokens', async ({
    app,
    server,
  }) => {
    const { refreshToken } = await expire(app)
    server.fail('token', { idToken: { sub: 'mallory' } })
    expect((await app.token()).error?.code).toBe('session_ended')
    expect((await app.state()).status).toBe('signed-out')
    const revoked = server.requests('revocation').map(({ params }) => params['token'])
    expect(revoked).toHaveLength(2)
    expect(revoked).toContain(refreshToken)
    expect(new Set(revoked).size).toBe(2)
    expect(await leaks(app, server)).toEqual([])
  })

  test('F16: invalid_client and its like are oauth_error and leave the session alone', async ({
    app,
    server,
  }) => {
    const errors = ['invalid_client', 'unauthorized_client', 'invalid_scope']
    await eachRow(
      errors.map((error) => [error] as const),
      async (error) => {
        await bend(app, (record) => void delete record.lease)
        const living = (await app.token()).value
        const earlier = refreshes(server).length
        server.fail('token', { status: 400, handled: false, body: JSON.stringify({ error }) })
        const refused = { code: 'oauth_error', retryable: false, oauth: { error } }
        expect((await app.refresh()).error).toMatchObject(refused)
        expect(await saying(app)).toBe('signed-in oauth_error')
        expect((await app.token()).value).toBe(living)
        expect((await app.refresh()).error).toMatchObject(refused)
        expect(refreshes(server)).toHaveLength(earlier + 1)
      },
    )
    await expire(app)
    expect((await app.token()).error?.code).toBe('oauth_error')
    expect(refreshes(server)).toHaveLength(errors.length)
  })

  test('F17: an error with status 200 is an error, and tokens with 201 are tokens', async ({
    app,
    server,
  }) => {
    server.fail('token', { status: 201 })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    const by200 = (error: string): Fault => ({
      handled: false,
      status: 200,
      body: JSON.stringify({ error }),
    })
    server.fail('token', by200('invalid_scope'))
    expect((await app.refresh()).error).toMatchObject({
      code: 'oauth_error',
      oauth: { error: 'invalid_scope' },
    })
    expect(await saying(app)).toBe('signed-in oauth_error')
    await bend(app, (record) => void delete record.lease)
    server.fail('token', by200('invalid_grant'))
    await expire(app)
    expect((await app.token()).error?.code).toBe('session_ended')
    server.fail('token', by200('invalid_code'))
    await app.leave()
    expect(await said(app)).toBe('oauth_error')
  })
})
