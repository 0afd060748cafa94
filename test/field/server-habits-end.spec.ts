import type { MockServerOptions } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import { codeOf, said } from '../support/sign-in-steps.js'

// What the servers of server-habits do at a sign-out, and where the user does not come back.

const rows: [server: string, does: string, options: Partial<MockServerOptions>, revokes: number][] =
  [
    ['Keycloak', 'revokes, and sends the user back', {}, 1],
    ['Spring', 'sends a revocation to its login page', { closed: { revocation: 'login-page' } }, 1],
    ['Glewlwyd', 'answers 401 to a revocation', { closed: { revocation: 'unauthorized' } }, 1],
    ['Dex', 'has no revocation endpoint', { metadata: { revocation_endpoint: undefined } }, 0],
    ['django-oauth-toolkit', 'always asks at the sign-out', { logoutAsks: true }, 1],
    ['Authlib', 'has no end of session', { metadata: { end_session_endpoint: undefined } }, 1],
    [
      'node-oauth2-server',
      'has neither',
      { metadata: { revocation_endpoint: undefined, end_session_endpoint: undefined } },
      0,
    ],
    [
      'Glewlwyd',
      'wants the ID token and `state` at the sign-out',
      { logoutWants: ['id_token_hint', 'state'] },
      1,
    ],
  ]

for (const [name, does, serverOptions, revokes] of rows)
  test.describe(name, () => {
    test.use({ serverOptions, options: { postLogoutRedirectUri: '/bye' } })

    test(`${does}: the user is signed out here`, async ({ app, server }) => {
      await app.open()
      await app.signIn()
      const ends = !('end_session_endpoint' in (serverOptions.metadata ?? {}))
      const there = app.page.waitForURL(serverOptions.logoutAsks ? /end_session/ : /\/bye/)
      await app.page.evaluate(() => void window.auth.signOut())
      await there
      expect(server.requests('revocation')).toHaveLength(revokes)
      expect(server.requests('end_session')).toHaveLength(ends ? 1 : 0)
      expect(await app.open()).toMatchObject({ status: 'signed-out' })
    })
  })

test.describe('Keycloak, Spring, zitadel/oidc, Authlib, node-oauth2-server', () => {
  test.use({ serverOptions: { reuseGrace: 0 } })

  test('have no grace: a lost answer costs the session', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    server.fail('token', { drop: 'after' })
    await app.refresh()
    await expect.poll(() => said(app)).toBe('session_ended')
  })
})

test('Dex ends a "no" on its own page: the user who comes back can sign in', async ({
  app,
  server,
}) => {
  await app.open()
  server.consent = { page: 'Rejected' }
  const there = app.page.waitForURL(/authorize/)
  await app.page.evaluate(() => void window.auth.signIn())
  await there
  server.consent = {}
  expect(await app.open()).toEqual({ status: 'signed-out' })
  await app.signIn()
})

for (const [name, silent] of [
  ['Spring and LemonLDAP::NG show a page', 'page'],
  ['django-oauth-toolkit answers 500', 'fails'],
] as const)
  test.describe(name, () => {
    test.use({ serverOptions: { silent } })

    test('to prompt=none: the user who comes back can sign in', async ({ app }) => {
      await app.open()
      const there = app.page.waitForURL(/authorize/)
      await app.page.evaluate(() => void window.auth.signIn({ prompt: 'none' }))
      await there
      expect(await app.open()).toEqual({ status: 'signed-out' })
      await app.signIn()
    })
  })

test.describe('Hydra', () => {
  const metadata = { pushed_authorization_request_endpoint: undefined }
  test.use({ serverOptions: { metadata }, options: { par: true } })

  test('has no PAR endpoint, which the error says', async ({ app }) => {
    await app.open()
    expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe('unsupported')
  })
})

test.describe('Glewlwyd, which wants the ID token for prompt=none,', () => {
  test.use({ serverOptions: { silent: 'wants-hint' } })

  test('gets it from a user who is signed in', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    await app.leave({ prompt: 'none' })
    expect(await said(app)).toBe('signed-in')
    expect(server.requests('authorize').at(-1)?.params).toHaveProperty('id_token_hint')
  })
})

test.describe('Glewlwyd', () => {
  test.use({ serverOptions: { badCode: { status: 403, error: 'invalid_code' } } })

  test('answers 403 invalid_code to a code that was used', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    const { code = '' } = server.requests('token')[0]?.params ?? {}
    const params = { grant_type: 'authorization_code', client_id: 'app', code }
    const body = new URLSearchParams(params)
    const answer = await server.fetch(
      new Request(`${server.issuer}/token`, { method: 'POST', body }),
    )
    expect([answer.status, await answer.json()]).toMatchObject([403, { error: 'invalid_code' }])
  })
})
