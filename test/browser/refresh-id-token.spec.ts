import { expect, test } from '../support/fixture.js'
import { expectRows, signInHere } from '../support/signed-id-tokens.js'
import { make } from '../support/sign-in-steps.js'
import { leaks, saying } from '../support/session.js'

// What a later ID token must repeat of the first. OpenID Connect Core section 12.2.

test.use({ mode: 'manual', serverOptions: { idTokenClaims: ['name'] } })

type Claims = Record<string, unknown>

const now = (): number => Math.floor(Date.now() / 1000)
const [over, on] = ['invalid_id_token, signed-out session_ended', 'signed-in']

/** The first ID token, what the later one says differently, and the outcome. */
const rows: [name: string, first: Claims, later: () => Claims, said: string][] = [
  ['oidcc refresh-token: all the same', {}, () => ({}), on],
  ['oidcc refresh-token-invalid-issuer', {}, () => ({ iss: 'https://evil.example' }), over],
  ['oidcc refresh-token-invalid-sub', {}, () => ({ sub: 'eve' }), over],
  ['another audience', {}, () => ({ aud: 'other' }), over],
  ['one audience more', {}, () => ({ aud: ['app', 'b'], azp: 'app' }), on],
  ['the audience as a list', {}, () => ({ aud: ['app'] }), on],
  [
    'the audiences in another order',
    { aud: ['app', 'b'], azp: 'app' },
    () => ({ aud: ['b', 'app'], azp: 'app' }),
    on,
  ],
  ['a new azp', {}, () => ({ azp: 'app' }), on],
  ['another azp', {}, () => ({ azp: 'b' }), over],
  ['another auth_time', {}, () => ({ auth_time: now() - 60 }), on],
  ['no auth_time', {}, () => ({ auth_time: undefined }), on],
  ['auth_time null', {}, () => ({ auth_time: null }), on],
  ['auth_time 0', {}, () => ({ auth_time: 0 }), on],
  ['no nonce', {}, () => ({ nonce: undefined }), on],
  ['another nonce', {}, () => ({ nonce: 'other' }), on],
  ['expired an hour ago, by this clock', {}, () => ({ exp: now() - 3600 }), on],
  ['not valid for an hour, by this clock', {}, () => ({ nbf: now() + 3600 }), on],
]

test('an ID token of another issuer or user ends the session', async ({
  app,
  appOptions,
  server,
}) => {
  await app.page.goto('/')
  await make(app, appOptions)
  await expectRows(
    rows,
    ([, , , said]) => said,
    async ([, idToken, later, said]) => {
      expect(await signInHere(app, server, { token: { idToken } })).toBe(on)
      server.fail('token', { idToken: later() })
      const before = server.ledger.length
      const { error } = await app.refresh()
      // Tokens of another user are revoked as well.
      const asked = server.ledger.slice(before).map(({ endpoint }) => endpoint)
      expect(asked.filter((name) => name !== 'revocation')).toEqual(['token'])
      const outcome = [error?.code, await saying(app)].filter(Boolean).join(', ')
      if (said === on) await app.signOut({ local: true })
      return outcome
    },
  )
  expect(await leaks(app, server)).toEqual([])

  await test.step('an ID token for another access token is ignored, and the session goes on', async () => {
    server.options.claims = { name: 'Ada' }
    expect(await signInHere(app, server)).toBe(on)
    const { value: before } = await app.token()
    const stale = { name: 'Eve', at_hash: 'A'.repeat(22) }
    server.fail('token', { idToken: stale })
    expect((await app.refresh()).value).toMatchObject({ user: { name: 'Ada' } })
    expect((await app.token()).value).not.toBe(before)
    server.fail('token', { idToken: { ...stale, sub: 'eve' } })
    expect((await app.refresh()).error?.code).toBe('invalid_id_token')
  })
})
