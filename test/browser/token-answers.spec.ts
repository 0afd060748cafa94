import { expect, test, type Tab } from '../support/fixture.js'
import type { Fault, MockServer } from '../../src/testing/index.js'
import { codeOf, said, withoutMembers } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'
import { leaks, refreshes, stored } from '../support/session.js'

type Row = [name: string, fault: Fault]

test.beforeEach(async ({ app, server }) => {
  server.options.claims = { sub: 'ada', name: 'Ada' }
  server.options.idTokenClaims = ['name']
  await app.open()
})

const member = (name: string, value: unknown): Fault => ({
  body: (json) => ({ ...json, [name]: value }),
})

/** Each of these answers renews the token, leaves the state as it is, and needs no second refresh. */
async function renewed(app: Tab, server: MockServer, rows: readonly Row[]): Promise<void> {
  const before = await app.state()
  await eachRow(rows, async (_name, fault) => {
    const earlier = refreshes(server).length
    server.fail('token', fault)
    expect(codeOf(await app.refresh())).toBeUndefined()
    const tokens = new Set(await app.tokens(3))
    expect(tokens.size).toBe(1)
    expect(server.verify([...tokens][0] ?? '')).toMatchObject({ sub: 'ada' })
    expect(await app.state()).toEqual(before)
    expect(refreshes(server)).toHaveLength(earlier + 1)
  })
}

test('F9, F71: a token answer needs neither a JSON content type nor an ID token', async ({
  app,
  server,
}) => {
  expect(await app.signIn()).toMatchObject({ user: { sub: 'ada', name: 'Ada' } })
  await renewed(app, server, [
    ['text/plain', { headers: { 'content-type': 'text/plain' } }],
    ['text/html', { headers: { 'content-type': 'text/html' } }],
    ['no content type', { headers: { 'content-type': null } }],
    ['no ID token', { body: withoutMembers('id_token') }],
    ['id_token null', member('id_token', null)],
  ])
  expect(await app.reload()).toMatchObject({ user: { sub: 'ada', name: 'Ada' } })
})

test('F66: a lifetime counts in any spelling; without one a token lasts until a 401', async ({
  app,
  server,
  api,
}) => {
  await app.signIn()
  const forEver = 'for ever'
  for (const [name, fault, seconds] of [
    ['"3600"', member('expires_in', '3600'), 3600],
    ['299.5', member('expires_in', 299.5), 299.5],
    ['expires', { body: (json) => ({ ...json, expires_in: undefined, expires: 300 }) }, 300],
    ['expires, null', { body: (json) => ({ ...json, expires_in: null, expires: '300' }) }, 300],
    ['1e300', member('expires_in', 1e300), 315_360_000],
    ['null', member('expires_in', null), forEver],
    ['empty', member('expires_in', ''), forEver],
    ['missing', { body: withoutMembers('expires_in') }, forEver],
  ] as [...Row, number | string][]) {
    await renewed(app, server, [[name, fault]])
    const [token] = Object.values((await stored(app)).tokens)
    const { receivedAt = 0, expiresAt = 0 } = token ?? {}
    const unlimited = expiresAt === Number.MAX_SAFE_INTEGER
    expect(unlimited ? forEver : (expiresAt - receivedAt) / 1000, name).toBe(seconds)
  }
  await test.step('without a lifetime: until a 401', async () => {
    const earlier = refreshes(server).length
    server.expireAccessTokens()
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
    expect(refreshes(server)).toHaveLength(earlier + 1)
  })
  // With none at all left, a token is renewed once for each call, and used.
  const over = [0, -1, '0', '-5'].map((value) => [JSON.stringify(value), value] as const)
  await eachRow<[number | string]>(over, async (_name, value) => {
    server.fail('token', member('expires_in', value), Infinity)
    await app.refresh()
    const earlier = refreshes(server).length
    for (const times of [1, 2]) {
      expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
      expect(refreshes(server)).toHaveLength(earlier + times)
    }
    expect(new Set(await app.tokens(5)).size).toBe(1)
    expect(refreshes(server)).toHaveLength(earlier + 3)
    server.heal()
  })
})

test('F67: token_type is bearer in any case, and anything else is refused', async ({
  app,
  server,
}) => {
  const rows = [undefined, 'N_A', 'mac'].map((type) => [String(type), type] as const)
  await eachRow(rows, async (_name, type) => {
    server.fail('token', member('token_type', type))
    await app.leave()
    expect(await said(app)).toMatch(/^(invalid_response|unsupported)$/)
    expect(await leaks(app, server)).toEqual([])
  })
  server.fail('token', member('token_type', 'BEARER'))
  await app.signIn()
  await renewed(app, server, [
    ['bearer', member('token_type', 'bearer')],
    ['BEARER', member('token_type', 'BEARER')],
  ])
})

test('F68, F69: a refresh without a new refresh token leaves the old one in use', async ({
  app,
  server,
}) => {
  await app.signIn()
  server.options.rotate = false
  const { refreshToken } = await stored(app)
  await renewed(app, server, [
    ['none', { body: withoutMembers('refresh_token') }],
    ['null', member('refresh_token', null)],
    ['empty', member('refresh_token', '')],
    ['none again', {}],
  ])
  const presented = server.refreshTokenUses.map((use) => use.refreshToken)
  expect(presented).toEqual(Array(4).fill(refreshToken))
  expect((await stored(app)).refreshToken).toBe(refreshToken)
})

test('F70: session.scope is what was granted, or else what was asked for', async ({
  app,
  server,
}) => {
  const asked = ['openid', 'profile', 'email', 'offline_access']
  const rows: [string, unknown, string[]][] = [
    ['less', 'openid', ['openid']],
    ['more', `${asked.join(' ')} admin`, [...asked, 'admin']],
    ['a list', ['openid', 'email'], ['openid', 'email']],
    ['nothing', undefined, asked],
    ['null', null, asked],
  ]
  await eachRow(rows, async (_name, given, scope) => {
    server.fail('token', member('scope', given))
    expect(await app.signIn()).toMatchObject({ session: { scope } })
  })
})

test('F65: tokens of 140 kB are kept, and an answer over 256 kB is refused', async ({
  app,
  server,
  api,
}) => {
  const filler = 'x'.repeat(100_000)
  const wide = (): Fault => ({
    idToken: { name: filler, at_hash: undefined },
    body: (json) => ({ ...json, access_token: 'a'.repeat(64_000) }),
  })
  server.fail('token', wide(), 2)
  const lengths = () =>
    app.page.evaluate(async () => {
      const { state } = window.auth
      const { length } = await window.auth.getAccessToken()
      return [length, state.status === 'signed-in' && state.user.name?.length]
    })
  await app.signIn()
  expect(await lengths()).toEqual([64_000, filler.length])
  expect(codeOf(await app.refresh())).toBeUndefined()
  await app.reload()
  expect(await lengths()).toEqual([64_000, filler.length])
  expect(refreshes(server)).toHaveLength(1)

  server.fail('token', { handled: false, body: `{"access_token":"${'a'.repeat(262_144)}"}` })
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect(await lengths()).not.toContain(262_144)
  const count = refreshes(server).length
  await test.step('the 431 of an API goes to the app', async () => {
    api.handler = () => new Response('too large', { status: 431 })
    const refused = { value: { status: 431, body: 'too large' } }
    expect(await app.fetch(`${api.url}me`)).toMatchObject(refused)
    expect(refreshes(server)).toHaveLength(count)
    expect(api.seen).toHaveLength(1)
  })
})
