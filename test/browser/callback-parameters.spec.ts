import { expect, test } from '../support/fixture.js'
import { expectRows, signInHere, tryHere } from '../support/signed-id-tokens.js'
import { changed, make, said, shown } from '../support/sign-in-steps.js'
import { overwrite } from '../support/session.js'

// What an answer may bring beside what was asked for. See docs/conformance.md.

test.use({ mode: 'manual' })

test.beforeEach(async ({ app }) => {
  await app.page.goto('/')
})

const fine = 'signed-in'

test('whatever else an answer brings is not looked at', async ({ app, server }) => {
  const token = 'thisIsNoTokenOfOurs'
  const extra = {
    access_token: token,
    id_token: `e30.${token}.AAAA`,
    refresh_token: token,
    token_type: 'Bearer',
    response: `e30.${token}.AAAA`,
    session_state: 'other',
    unknown: ['once', ''],
  }
  const { unknown: _, ...single } = extra
  const change = (href: string): string => changed(href, { ...single, unknown: 'once' })
  expect(await signInHere(app, server, { change })).toBe(fine)
  expect((await app.token()).value).not.toBe(token)
  expect(await app.dump()).not.toContain(token)
  await app.signOut({ local: true })
  const alone = (href: string): string => changed(href, { ...single, code: undefined })
  expect(await tryHere(app, server, { change: alone })).toBe('invalid_response')
  expect(await app.dump()).not.toContain(token)
})

test('the page after a sign-out ignores the state parameter', async ({ app, appOptions }) => {
  const rows = [
    ['oidcc rp-init-logout-no-state', '/'],
    ['oidcc rp-init-logout-other-state', '/?state=other'],
    ['another state, on another page', '/bye?state=https://evil.example'],
  ] as const
  await expectRows(
    rows,
    ([, path]) => ['signed-out', path],
    async ([, path]) => {
      await app.page.goto(path)
      await make(app, { ...appOptions, postLogoutRedirectUri: '/bye' })
      return [await said(app), decodeURIComponent(shown(app))]
    },
  )
})

test('an answer is read up to a quarter of a megabyte', async ({ app, server }) => {
  const padded = (bytes: number) => (json: Record<string, unknown>) => ({
    ...json,
    more: 'x'.repeat(bytes),
  })
  const large = (json: Record<string, unknown>): unknown => ({
    ...json,
    access_token: 'a'.repeat(65_536),
  })
  const told = { idToken: { at_hash: undefined } }
  expect(await tryHere(app, server, { token: { ...told, body: large } })).toBe(fine)
  expect(await tryHere(app, server, { token: { body: padded(250_000) } })).toBe(fine)
  expect(await tryHere(app, server, { token: { body: padded(300_000) } })).toBe('invalid_response')
  const began = Date.now()
  expect(await tryHere(app, server, { token: { body: padded(50e6) } })).toBe('invalid_response')
  expect(Date.now() - began).toBeLessThan(5000)

  await test.step('at a refresh, a longer one keeps the session', async () => {
    await signInHere(app, server)
    server.fail('token', { body: padded(300_000), handled: false })
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    await app.signOut({ local: true })
  })

  await test.step('metadata that is longer is refused', async () => {
    await overwrite(app)
    server.fail('openid-configuration', { body: padded(300_000) })
    server.fail('oauth-authorization-server', { body: padded(300_000) })
    expect(await tryHere(app, server, {})).toBe('discovery_failed')
  })
})
