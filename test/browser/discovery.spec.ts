import { expect, test, type Tab } from '../support/fixture.js'
import type { Fault, MockServer } from '../../src/testing/index.js'
import { holdTimersFromLoad, outwait } from '../support/timers.js'
import { codeOf, depart, edit, endpoints, hold, said } from '../support/sign-in-steps.js'
import { overwrite } from '../support/session.js'

const day = 86_400_000

const documents = (server: MockServer): string[] =>
  endpoints(server.ledger).filter((name) => /configuration|server/.test(name))

/** Make the stored metadata older by so many milliseconds. */
const age = (tab: Tab, ms: number): Promise<void> =>
  edit<{ at: number }>(tab, 'pixy-auth:server:', (record, by) => void (record.at -= by), ms)

/** Give the mock server another authorize URL in its metadata, with this value of `by`. */
function move(server: MockServer, by: string): void {
  const authorization_endpoint = `${server.issuer}/authorize?by=${by}`
  server.options.metadata = { authorization_endpoint }
}

/** Wait until the page has fetched the metadata by itself and stored it. */
async function prefetched(tab: Tab, server: MockServer, count = 1): Promise<void> {
  await expect.poll(() => server.requests('openid-configuration').length).toBe(count)
  await expect.poll(() => tab.dump()).toContain('authorization_endpoint')
}

/** Empty the store, and open the app again. */
async function anew(tab: Tab): Promise<void> {
  await overwrite(tab)
  await tab.open()
}

test('an OpenID provider is asked once a day for its one document, for all tabs', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  await prefetched(app, server)
  await app.signIn()
  await app.signOut({ local: true })
  const other = await secondTab()
  await other.signIn()
  expect(documents(server)).toEqual(['openid-configuration'])
  expect(server.requests('openid-configuration')[0]?.url).toBe(
    `${server.issuer}/.well-known/openid-configuration`,
  )
})

test.describe('a server with RFC 8414 metadata only', () => {
  test.use({ serverOptions: { openid: false }, options: { scope: 'read' } })

  test('is found by an issuer with a path, whatever the OpenID document answers', async ({
    app,
    server,
  }) => {
    await app.open()
    await expect.poll(() => app.dump()).toContain('authorization_endpoint')
    await app.signIn()
    expect(documents(server)).toEqual(['openid-configuration', 'oauth-authorization-server'])
    const { origin, pathname } = new URL(server.issuer)
    expect(server.requests('oauth-authorization-server')[0]?.url).toBe(
      `${origin}/.well-known/oauth-authorization-server${pathname}`,
    )
    for (const [name, fault] of [
      ['a 404 without CORS headers', { status: 404, cors: false }],
      ['a 403', { status: 403 }],
      ['a page with status 200', { body: '<!doctype html><p>Hello' }],
    ] as [string, Fault][])
      await test.step(name, async () => {
        const before = server.requests('openid-configuration').length
        server.fail('openid-configuration', { handled: false, ...fault }, Infinity)
        await anew(app)
        await app.signIn()
        expect(server.requests('openid-configuration').length).toBeGreaterThan(before)
        server.heal()
      })
  })
})

/** Try to sign in; the code it rejects with. The page stays where it was. */
async function refused(
  app: Tab,
  server: MockServer,
  { hang }: Fault = {},
): Promise<string | undefined> {
  const before = server.requests('authorize').length
  await app.open('/deep')
  hold(server)
  const trying = app.attempt(() => window.auth.signIn())
  if (hang) await outwait(app, 20_000)
  const outcome = await trying
  expect(server.requests('authorize')).toHaveLength(before)
  expect(await said(app)).toBe(codeOf(outcome))
  expect(new URL(app.page.url()).pathname).toBe('/deep')
  return codeOf(outcome)
}

test('T13, T22: a document that is not right is refused, and its URLs are not used', async ({
  app,
  server,
}) => {
  const mismatch = ['https://evil.example', `${server.issuer}/`].map(
    (issuer) => ['issuer', issuer, 'issuer_mismatch'] as const,
  )
  for (const [name, value, code = 'discovery_failed'] of [
    ...mismatch,
    ['issuer', undefined],
    ['authorization_endpoint', 'javascript:alert(1)//'],
    ['authorization_endpoint', 'data:text/html,hello'],
    ['authorization_endpoint', 'http://id.example.com/authorize'],
    ['authorization_endpoint', 'http://localhost.example.com/authorize'],
    ['authorization_endpoint', '/authorize'],
    ['authorization_endpoint', 'https://id.example.com@evil.example.com/authorize'],
    ['authorization_endpoint', 'https://:word@id.example.com/authorize'],
    ['authorization_endpoint', 42],
    ['authorization_endpoint', undefined],
    ['token_endpoint', 'http://id.example.com/token'],
    ['token_endpoint', undefined],
    ['end_session_endpoint', 'javascript:alert(1)'],
    ['userinfo_endpoint', 'http://id.example.com/userinfo'],
    ['revocation_endpoint', 'blob:https://id.example.com/x'],
    ['jwks_uri', 'http://id.example.com/jwks'],
    ['pushed_authorization_request_endpoint', 'ftp://id.example.com/par'],
  ] as const)
    await test.step(`${name}: ${JSON.stringify(value) ?? 'none'}`, async () => {
      server.options.metadata = { [name]: value }
      expect(await refused(app, server)).toBe(code)
      server.heal()
    })
  expect(server.requests('authorize')).toEqual([])
})

test.describe('a discovery request', () => {
  test.use({ options: { timeout: 20 } })

  const silent: [string, Fault, string][] = [
    ['is not reached', { drop: 'before' }, 'network'],
    ['does not allow this origin', { cors: false }, 'cors'],
    // The last one: its pages have timers that stand still.
    ['never answers', { hang: true }, 'timeout'],
  ]
  const wrong: [string, Fault, string][] = [
    ['has no document', { status: 404, handled: false }, 'discovery_failed'],
    ['has a page for a document', { body: '<!doctype html><p>Hello' }, 'discovery_failed'],
    ['has a list for a document', { body: '[]' }, 'discovery_failed'],
    ['has a problem', { status: 500, handled: false }, 'server_error'],
    ['is asked too often', { status: 429, handled: false }, 'rate_limited'],
  ]

  for (const [what, rows] of [
    ['no answer', silent],
    ['a wrong answer', wrong],
  ] as const)
    test(`that gets ${what} fails with its cause, and can be repeated`, async ({ app, server }) => {
      for (const [name, fault, code] of rows)
        await test.step(`the server ${name}: ${code}`, async () => {
          server.fail('openid-configuration', fault, Infinity)
          server.fail('oauth-authorization-server', fault, Infinity)
          if (fault.hang) await holdTimersFromLoad(app)
          expect(await refused(app, server, fault)).toBe(code)
          server.heal()
          await app.signIn()
          await overwrite(app)
        })
    })
})

test('metadata is fetched when idle, used for a week, and renewed after a day', async ({
  app,
  server,
}) => {
  await test.step('a sign-in waits for no request', async () => {
    await app.open()
    await prefetched(app, server)
    server.fail('openid-configuration', { hang: true }, Infinity)
    await depart(app, server)
    expect(documents(server)).toHaveLength(1)
    server.heal()
  })
  await test.step('younger than a day: used', async () => {
    await age(app, day - 60_000)
    await app.open()
    await depart(app, server)
    expect(documents(server)).toHaveLength(1)
  })
  await test.step('older than a day: used at once, and renewed in the background', async () => {
    await anew(app)
    await prefetched(app, server, 2)
    await age(app, day + 60_000)
    move(server, 'renewed')
    server.fail('openid-configuration', { hang: true }, Infinity)
    const url = await depart(app, server)
    expect(url.searchParams.has('by')).toBe(false)
    await expect.poll(() => server.requests('openid-configuration').length).toBe(3)
    server.heal()
    await app.open()
    await expect.poll(() => app.dump()).toContain('by=renewed')
  })
  await test.step('older than a week: the sign-in waits for a new one', async () => {
    // The URL changes first: the idle page may renew the old metadata before the sign-in does.
    move(server, 'new')
    await age(app, 7 * day + 60_000)
    const url = await depart(app, server)
    expect(url.searchParams.get('by')).toBe('new')
  })
})

test.describe('with one member of the metadata configured', () => {
  test.use({
    options: async ({ server }, use) =>
      use({ server: { authorization_endpoint: `${server.issuer}/authorize?by=hand` } }),
  })

  test('that member is used, and the rest is discovered', async ({ app, server }) => {
    await app.open()
    await prefetched(app, server)
    const url = await depart(app, server)
    expect(url.searchParams.getAll('by')).toEqual(['hand'])
    expect(documents(server)).toEqual(['openid-configuration'])
    await app.open()
    await app.signIn()
  })
})

test.describe('with both endpoints configured', () => {
  test.use({
    options: async ({ server: { issuer } }, use) =>
      use({
        server: {
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          id_token_signing_alg_values_supported: ['ES256'],
        },
      }),
  })

  test('nothing is discovered, and the session names the issuer', async ({ app, server }) => {
    await app.open()
    expect(await app.signIn()).toMatchObject({ session: { issuer: server.issuer } })
    expect(documents(server)).toEqual([])
  })
})
