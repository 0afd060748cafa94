import type { Fault } from '../../src/testing/index.js'
import { expect, test, type Outcome, type Tab } from '../fixture.js'
import { codeOf } from '../words-flow.js'

const ask = (tab: Tab): Promise<Outcome<unknown>> => tab.attempt(() => window.auth.userInfo())

test.beforeEach(async ({ app, server }) => {
  server.options.claims = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
  await app.open()
  await app.signIn()
})

test('what UserInfo says joins the claims of the ID token, in every tab, over a reload and a refresh', async ({
  app,
  secondTab,
}) => {
  const all = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
  expect(await app.state()).toMatchObject({ user: { sub: 'ada' } })
  expect(await app.state()).not.toHaveProperty('user.name')
  const other = await secondTab()
  expect((await ask(app)).value).toMatchObject(all)
  expect(await app.state()).toMatchObject({ user: all })
  await other.page.waitForFunction(
    () => window.auth.state.status === 'signed-in' && window.auth.state.user.name !== undefined,
  )
  await app.refresh()
  expect(await app.reload()).toMatchObject({ user: all })
})

test('the user is another object then, the session the same', async ({ app }) => {
  const same = await app.page.evaluate(async () => {
    const before = window.auth.state
    await window.auth.userInfo()
    const after = window.auth.state
    await window.auth.userInfo()
    if (before.status !== 'signed-in' || after.status !== 'signed-in') return undefined
    return {
      state: before === after,
      user: before.user === after.user,
      session: before.session === after.session,
      again: after === window.auth.state,
    }
  })
  expect(same).toEqual({ state: false, user: false, session: true, again: true })
})

test('only what is about the person is taken', async ({ app, server }) => {
  const body = (json: object): unknown => ({
    ...json,
    exp: 1,
    iat: 1,
    aud: 'x',
    nonce: 'y',
    jti: 'z',
  })
  server.fail('userinfo', { body })
  const { value } = await ask(app)
  for (const name of ['exp', 'iat', 'aud', 'nonce', 'jti']) expect(value).not.toHaveProperty(name)
})

test('the token goes in the header alone', async ({ app, server }) => {
  const token = (await app.token()).value
  await ask(app)
  const [request] = server.requests('userinfo')
  expect(request?.headers['authorization']).toBe(`Bearer ${token}`)
  expect(request?.url).not.toContain('?')
})

for (const [name, fault, code] of [
  ['speaks of somebody else', { body: (json) => ({ ...json, sub: 'eve' }) }, 'invalid_response'],
  ['speaks of nobody', { body: (json) => ({ ...json, sub: undefined }) }, 'invalid_response'],
  ['has a page', { body: '<p>Hello' }, 'invalid_response'],
  ['has a problem', { status: 500, handled: false }, 'server_error'],
  ['is cut off', { drop: 'before' }, 'network'],
  ['does not allow this origin', { cors: false }, 'cors'],
  ['refuses the token', { status: 401, handled: false, body: '' }, 'invalid_response'],
] as [string, Fault, string][])
  test(`a UserInfo endpoint that ${name} changes nothing: ${code}`, async ({ app, server }) => {
    const before = await app.state()
    server.fail('userinfo', fault, Infinity)
    expect(codeOf(await ask(app))).toBe(code)
    expect(await app.state()).toEqual(before)
    expect(await app.reload()).toEqual(before)
  })

const encoded = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url')

for (const [sub, expected] of [
  ['ada', undefined],
  ['eve', 'invalid_response'],
] as const)
  test(`an answer in the form of a JWT about ${sub} is ${expected ?? 'read'}`, async ({
    app,
    server,
  }) => {
    const claims = { iss: server.issuer, aud: 'app', sub, name: 'Ada in a JWT' }
    const jwt = [encoded({ alg: 'ES256' }), encoded(claims), 'A'.repeat(86)].join('.')
    server.fail('userinfo', { body: jwt, headers: { 'content-type': 'application/jwt' } })
    const outcome = await ask(app)
    expect(codeOf(outcome)).toBe(expected)
    if (!expected) expect(await app.state()).toMatchObject({ user: { name: 'Ada in a JWT' } })
  })

test('whoever is signed out is told so', async ({ app, server }) => {
  await app.signOut({ local: true })
  expect(codeOf(await ask(app))).toBe('not_signed_in')
  expect(server.requests('userinfo')).toEqual([])
})

test('a server without the endpoint is unsupported', async ({ app, server, otherBrowser }) => {
  server.options.metadata = { userinfo_endpoint: undefined }
  const other = await otherBrowser()
  await other.signIn()
  expect(codeOf(await ask(other))).toBe('unsupported')
  expect(codeOf(await ask(app))).toBeUndefined()
})
