import type { Fault, MockServer } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { holdTimersFromLoad, outwait } from '../support/timers.js'
import { arrive, callback, codeOf, endpoints, said, shown } from '../support/sign-in-steps.js'

const hour = 3600
const now = (): number => Math.floor(Date.now() / 1000)

// id-token.spec.ts has every claim.
const wrong: [string, () => Record<string, unknown>, string][] = [
  ['another nonce', () => ({ nonce: 'other' }), 'invalid_id_token'],
  ['an hour too old', () => ({ iat: now() - 2 * hour, exp: now() - hour }), 'clock_skew'],
]

test('a sign-in with a wrong ID token fails and stores nothing', async ({ app, server }) => {
  await app.open()
  for (const [index, [name, claims, code]] of wrong.entries())
    await test.step(`${name}: ${code}`, async () => {
      server.fail('token', { idToken: claims() })
      await app.leave({ returnTo: `/deep${index}` })
      expect(await said(app)).toBe(code)
      const left = server.ledger.findLastIndex(({ endpoint }) => endpoint === 'authorize')
      expect(endpoints(server.ledger.slice(left))).toEqual(['authorize', 'token'])
      expect(shown(app)).toBe(`/deep${index}`)
      const kept = await app.dump()
      for (const secret of server.secrets) expect(kept).not.toContain(secret)
    })
})

test('a token response without an ID token is refused if openid was requested', async ({
  app,
  server,
}) => {
  await app.open()
  server.fail('token', { body: (json) => ({ ...json, id_token: undefined }) })
  await app.leave()
  expect(await said(app)).toBe('invalid_response')
})

test.describe('the code exchange', () => {
  test.use({ options: { timeout: 20 } })

  /** Each row's fault lasts for the whole sign-in, so that a second request would fail as well. */
  async function meet(
    app: Tab,
    server: MockServer,
    rows: [string, Fault, string][],
  ): Promise<void> {
    await app.open()
    for (const [name, fault, code] of rows)
      await test.step(`${name}: ${code}`, async () => {
        const before = server.requests('token').length
        server.fail('token', fault, Infinity)
        if (fault.hang) await holdTimersFromLoad(app)
        await app.leave({ returnTo: '/deep' })
        if (fault.hang) {
          await expect.poll(() => server.requests('token')).toHaveLength(before + 1)
          await outwait(app, 20_000)
        }
        expect(await said(app)).toBe(code)
        const sent = server.requests('token').slice(before)
        expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
        expect(shown(app)).toBe('/deep')
        server.heal()
        await app.signIn({ returnTo: '/' })
        expect(await said(app)).toBe('signed-in')
        await app.signOut({ local: true })
      })
  }

  test('that gets no answer fails with its cause; the next sign-in works', async ({
    app,
    server,
  }) => {
    await meet(app, server, [
      ['a 500', { status: 500, handled: false }, 'server_error'],
      ['a 503', { status: 503, handled: false, headers: { 'retry-after': '1' } }, 'server_error'],
      ['a 429', { status: 429, handled: false }, 'rate_limited'],
      ['no CORS headers', { cors: false }, 'cors'],
      ['a cut connection', { drop: 'before' }, 'network'],
      ['an answer that is lost', { drop: 'after' }, 'network'],
      // The last one: its pages have timers that stand still.
      ['no answer', { hang: true }, 'timeout'],
    ])
  })

  const html = { 'content-type': 'text/html' }
  test('that gets a wrong answer fails with its cause; the next sign-in works', async ({
    app,
    server,
  }) => {
    await meet(app, server, [
      ['a page', { body: '<!doctype html><p>Hello', headers: html }, 'invalid_response'],
      ['half of its JSON', { body: '{"access_token":"half' }, 'invalid_response'],
      ['an empty body', { body: '' }, 'invalid_response'],
      ['no access token', { body: () => ({ token_type: 'Bearer' }) }, 'invalid_response'],
      ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, 'invalid_response'],
      ['invalid_grant', { status: 400, body: () => ({ error: 'invalid_grant' }) }, 'oauth_error'],
      ['an error by 200', { status: 200, body: () => ({ error: 'invalid_code' }) }, 'oauth_error'],
      ['a refusal without a word', { status: 400, body: '' }, 'invalid_response'],
    ])
  })

  test('that fails leaves a live session alone', async ({ app, server, api }) => {
    await app.open()
    await app.signIn()
    const href = await callback(app, server)
    server.fail('token', { status: 400, body: () => ({ error: 'invalid_grant' }) })
    expect(await arrive(app, href)).toBe('signed-in')
    const outcome = await app.fetch(`${api.url}me`)
    expect(codeOf(outcome)).toBeUndefined()
    expect(outcome.value?.status).toBe(200)
  })
})
