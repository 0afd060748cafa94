import type { Fault } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { callTwice, codeOf, withoutMembers } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'

// What real servers put into a token answer or leave out. None of it may cost a session.

type Row = [name: string, fault: Fault]

const forms: Row[] = [
  ['token_type bearer', { body: (json) => ({ ...json, token_type: 'bearer' }) }],
  ['token_type BEARER', { body: (json) => ({ ...json, token_type: 'BEARER' }) }],
  ['status 201', { status: 201 }],
  ['the type text/plain', { headers: { 'content-type': 'text/plain' } }],
  ['no content type', { headers: { 'content-type': null } }],
]

const lifetimes: Row[] = [
  ['expires_in as a string', { body: (json) => ({ ...json, expires_in: '300' }) }],
  ['expires_in null', { body: (json) => ({ ...json, expires_in: null }) }],
  ['expires_in empty', { body: (json) => ({ ...json, expires_in: '' }) }],
  ['expires_in of letters', { body: (json) => ({ ...json, expires_in: 'soon' }) }],
  ['expires_in 1e300', { body: (json) => ({ ...json, expires_in: 1e300 }) }],
  ['expires_in with a fraction', { body: (json) => ({ ...json, expires_in: 299.5 }) }],
  ['expires_in as a list', { body: (json) => ({ ...json, expires_in: [300] }) }],
  ['no expires_in', { body: (json) => ({ ...json, expires_in: undefined }) }],
  [
    'expires_in null and expires',
    { body: (json) => ({ ...json, expires_in: null, expires: 300 }) },
  ],
  ['expires as a string', { body: (json) => ({ ...json, expires_in: undefined, expires: '300' }) }],
]

const others: Row[] = [
  ['a scope list', { body: (json) => ({ ...json, scope: String(json['scope']).split(' ') }) }],
  ['scope null', { body: (json) => ({ ...json, scope: null }) }],
  ['an empty scope', { body: (json) => ({ ...json, scope: '' }) }],
  ['null members', { body: (json) => ({ ...json, refresh_token_expires_in: null, foo: null }) }],
  ['an empty error member', { body: (json) => ({ ...json, error: '' }) }],
  ['members of its own', { body: (json) => ({ ...json, not_before_policy: 0, id: 'https://x' }) }],
]

for (const [kind, rows] of [
  ['of an unusual form', forms],
  ['with an unusual lifetime', lifetimes],
  ['with unusual members', others],
] as const)
  test(`a token answer ${kind} signs in, refreshes and calls the API`, async ({
    app,
    server,
    api,
  }) => {
    await app.open()
    await eachRow(rows, async (_name, fault) => {
      const earlier = server.requests('token').length
      server.fail('token', fault, Infinity)
      const before = await app.signIn()
      await callTwice(app, api.url)
      expect(server.requests('token')).toHaveLength(earlier + 1)
      expect(codeOf(await app.refresh())).toBeUndefined()
      await callTwice(app, api.url)
      expect(server.requests('token')).toHaveLength(earlier + 2)
      expect(await app.state()).toEqual(before)
      expect(await app.reload()).toEqual(before)
      server.heal()
      await app.signOut({ local: true })
    })
  })

test('a token that has expired on arrival is renewed before it is used', async ({
  app,
  server,
  api,
}) => {
  await app.open()
  const rows = [0, -5, '0', '-1'].map((lifetime) => [JSON.stringify(lifetime), lifetime] as const)
  await eachRow(rows, async (_name, lifetime) => {
    const earlier = server.refreshTokenUses.length
    server.fail('token', { body: (json) => ({ ...json, expires_in: lifetime }) })
    await app.signIn()
    await callTwice(app, api.url)
    const uses = server.refreshTokenUses.slice(earlier)
    expect(uses.map(({ outcome }) => outcome)).toEqual(['rotated'])
    await app.signOut({ local: true })
  })
})

const leftOut: Row[] = [
  ['ID token', { body: withoutMembers('id_token') }],
  ['scope', { body: withoutMembers('scope') }],
  ['ID token, scope or lifetime', { body: withoutMembers('id_token', 'scope', 'expires_in') }],
  ['new refresh token', { body: withoutMembers('refresh_token') }],
  ['auth_time in its ID token', { idToken: { auth_time: undefined, acr: undefined } }],
  ['auth_time but 0 in its ID token', { idToken: { auth_time: 0 } }],
  ['nonce, and a new at_hash', { idToken: { nonce: undefined, at_hash: 'other' } }],
]

test('what the answer to a refresh leaves out stays as it was', async ({ app, server, api }) => {
  server.options.claims = { sub: 'ada', name: 'Ada' }
  server.options.idTokenClaims = ['name']
  await app.open()
  await eachRow(leftOut, async (_name, fault) => {
    const before = await app.signIn()
    expect(before).toMatchObject({ user: { sub: 'ada', name: 'Ada' } })
    server.fail('token', fault)
    expect(codeOf(await app.refresh())).toBeUndefined()
    expect(await app.state()).toEqual(before)
    await callTwice(app, api.url)
    await app.signOut({ local: true })
  })
})
