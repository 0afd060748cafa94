import type { Fault, MockServer } from '../../src/testing/index.js'
import { expect, test, type Outcome, type Tab } from '../support/fixture.js'
import { codeOf } from '../support/sign-in-steps.js'

const ask = (tab: Tab): Promise<Outcome<unknown>> => tab.attempt(() => window.auth.userInfo())

test.beforeEach(async ({ app, server }) => {
  server.options.claims = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
  await app.open()
  await app.signIn()
})

const faults: [name: string, fault: Fault, code: string][] = [
  ['names another user', { body: (json) => ({ ...json, sub: 'eve' }) }, 'invalid_response'],
  ['names no user', { body: (json) => ({ ...json, sub: undefined }) }, 'invalid_response'],
  ['has an HTML page', { body: '<p>Hello' }, 'invalid_response'],
  ['has a status of 500', { status: 500, handled: false }, 'server_error'],
  ['is cut off', { drop: 'before' }, 'network'],
  ['does not allow this origin', { cors: false }, 'cors'],
  ['refuses the token', { status: 401, handled: false, body: '' }, 'invalid_response'],
]

const encoded = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url')

/** An answer in the form of a JWT. */
function jwtAbout(sub: string, { issuer }: MockServer, other: object = {}): Fault {
  const claims = { iss: issuer, aud: 'app', sub, name: 'Ada in a JWT', ...other }
  const body = [encoded({ alg: 'ES256' }), encoded(claims), 'A'.repeat(86)].join('.')
  return { body, headers: { 'content-type': 'application/jwt' } }
}

test('what UserInfo says joins the claims of the ID token, in every tab', async ({
  app,
  server,
  secondTab,
}) => {
  const all = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
  expect(await app.state()).toMatchObject({ user: { sub: 'ada' } })
  expect(await app.state()).not.toHaveProperty('user.name')
  const other = await secondTab()

  await test.step('the state has a new user object and the same session object', async () => {
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

  expect((await ask(app)).value).toMatchObject(all)
  expect(await app.state()).toMatchObject({ user: all })
  await other.page.waitForFunction(
    () => window.auth.state.status === 'signed-in' && window.auth.state.user.name !== undefined,
  )
  await app.refresh()
  expect(await app.reload()).toMatchObject({ user: all })

  await test.step('the token goes in the header alone', async () => {
    const token = (await app.token()).value
    await ask(app)
    const request = server.requests('userinfo').at(-1)
    expect(request?.headers['authorization']).toBe(`Bearer ${token}`)
    expect(request?.url).not.toContain('?')
  })

  await test.step('claims about a token are left out', async () => {
    const extra = { exp: 1, iat: 1, aud: 'x', nonce: 'y', jti: 'z' }
    server.fail('userinfo', { body: (json) => ({ ...json, ...extra }) })
    const { value } = await ask(app)
    expect(value).toMatchObject(all)
    for (const name of Object.keys(extra)) expect(value).not.toHaveProperty(name)
  })
})

test('a UserInfo answer that is not about this user changes nothing', async ({ app, server }) => {
  const before = await app.state()
  const wrong = 'invalid_response'
  const jwts: typeof faults = [
    ['has a JWT about another user', jwtAbout('eve', server), wrong],
    [
      'has a JWT of another issuer',
      jwtAbout('ada', server, { iss: 'https://evil.example' }),
      wrong,
    ],
    ['has a JWT for another client', jwtAbout('ada', server, { aud: ['other'] }), wrong],
    ['has a JWT of null', { body: 'e30.bnVsbA.AAAA' }, wrong],
  ]
  for (const [name, fault, code] of [...faults, ...jwts]) {
    server.fail('userinfo', fault, Infinity)
    expect(codeOf(await ask(app)), name).toBe(code)
    expect(await app.state(), name).toEqual(before)
    server.heal()
  }
  // A reload shows that nothing of it was stored.
  expect(await app.reload()).toEqual(before)

  await test.step('a JWT about this user is read', async () => {
    server.fail('userinfo', jwtAbout('ada', server))
    expect(codeOf(await ask(app))).toBeUndefined()
    expect(await app.state()).toMatchObject({ user: { name: 'Ada in a JWT' } })
  })

  await test.step('a JWT without iss and aud, or with several audiences, is read', async () => {
    for (const other of [{ iss: undefined, aud: undefined }, { aud: ['other', 'app'] }]) {
      server.fail('userinfo', jwtAbout('ada', server, other))
      expect(codeOf(await ask(app))).toBeUndefined()
    }
  })
})

test('a cached UserInfo answer is not used for the next user', async ({ app, server }) => {
  server.fail('userinfo', { headers: { 'cache-control': 'max-age=600' } }, Infinity)
  expect((await ask(app)).value).toMatchObject({ sub: 'ada' })
  await app.signOut({ local: true })
  server.consent = { subject: 'bob' }
  await app.signIn()
  expect((await ask(app)).value).toMatchObject({ sub: 'bob' })
})

test('userInfo() is unsupported without an endpoint, and needs a session', async ({
  app,
  server,
  otherBrowser,
}) => {
  server.options.metadata = { userinfo_endpoint: undefined }
  const other = await otherBrowser()
  await other.signIn()
  expect(codeOf(await ask(other))).toBe('unsupported')
  expect(codeOf(await ask(app))).toBeUndefined()
  await app.signOut({ local: true })
  const { length } = server.requests('userinfo')
  expect(codeOf(await ask(app))).toBe('not_signed_in')
  expect(server.requests('userinfo')).toHaveLength(length)
})
