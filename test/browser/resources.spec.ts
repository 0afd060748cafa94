import { expect } from '../fixture.js'
import { compare, test, type Shop } from '../words-fetch.js'
import { expire } from '../words-session.js'

/** Where a call goes that looks like one to the shop, and is none. */
const lookAlikes: [name: string, from: (shop: Shop, evil: string) => string][] = [
  ['the shop in the path of another host', ({ url }, evil) => `${evil}/${url}`],
  ['the shop in the query of another host', ({ url }, evil) => `${evil}/?${url}`],
  ['the shop in the fragment of another host', ({ url }, evil) => `${evil}/#${url}`],
  ['the shop as a user name', ({ origin }, evil) => `${origin}@${new URL(evil).host}/listed/`],
  ['another host before a backslash', ({ url }, evil) => `${evil}\\@${new URL(url).host}/listed/`],
  ['a user name at the shop', ({ url }) => url.replace('//', '//me@')],
  ['a password at the shop', ({ url }) => url.replace('//', '//:pw@')],
  ['another name of the same machine', ({ url }) => url.replace('localhost', '127.0.0.1')],
  ['a sub-domain of the shop', ({ url }) => url.replace('localhost', 'me.localhost')],
  ['a place beside', ({ aside }) => aside],
  ['`..` that leads out', ({ url }) => `${url}../aside/`],
  ['an encoded `..` that leads out', ({ url }) => `${url}%2e%2e/aside/`],
  ['backslashes that lead out', ({ url }) => `${url}..\\aside/`],
  ['a double slash before', ({ url }) => url.replace('/listed', '//listed')],
  ['a longer segment', ({ url }) => url.replace('/listed/', '/listed-too/')],
  ['another case', ({ url }) => url.replace('/listed/', '/Listed/')],
]

for (const [name, from] of lookAlikes)
  test(`${name} gets what the platform sends, and no token`, async ({ app, shop, servers }) => {
    await app.open()
    await app.signIn()
    const before = servers.evil.seen.length
    const url = from(shop, servers.evil.origin)
    const { platform, ours } = await compare(app, (fetch, target) => fetch(target), url)
    expect(ours).toEqual(platform)
    const seen = [...shop.arrived, ...servers.evil.seen.slice(before)]
    expect(seen).toHaveLength(platform.value ? 2 : 0)
    expect(seen.filter(({ headers }) => headers['authorization'] !== undefined)).toEqual([])
    // The very same app does send one to what is listed.
    await app.fetch(shop.url)
    expect(shop.arrived.at(-1)?.headers['authorization']).toMatch(/^Bearer /)
  })

for (const status of [301, 302, 303, 307, 308])
  test(`the API’s ${status} to another origin takes no token there`, async ({
    app,
    api,
    servers,
  }) => {
    const target = `${servers.evil.origin}/${crypto.randomUUID()}`
    api.handler = () => new Response(null, { status, headers: { location: target } })
    await app.open()
    await app.signIn()
    await app.fetch(api.url, { method: 'POST', body: 'mine' })
    const seen = servers.evil.seen.filter(({ path }) => target.endsWith(path))
    expect(seen.length).toBeGreaterThan(0)
    expect(JSON.stringify(seen)).not.toMatch(/Bearer|eyJ/)
    expect(api.seen[0]?.headers['authorization']).toMatch(/^Bearer /)
  })

test('a call out of bounds goes out at once, with the very arguments, whatever the state', async ({
  app,
  shop,
  server,
}) => {
  const sent = (url: string) =>
    app.attempt((target: string) => {
      const real = window.fetch
      const calls: unknown[][] = []
      window.fetch = async (...given) => (calls.push(given), new Response('real'))
      const input = new Request(target)
      const init = { headers: { 'x-test': '1' } }
      const fresh = window.Pixy.createAuth(window.options)
      void fresh.fetch(input, init)
      void window.auth.fetch(target, init)
      const [first, second] = calls
      window.fetch = real
      return [
        calls.length,
        first?.[0] === input,
        first?.[1] === init,
        second?.[0] === target,
        fresh.state.status,
      ]
    }, url)
  const atOnce = { value: [2, true, true, true, 'loading'] }
  await app.open()
  expect(await sent(shop.aside)).toEqual(atOnce)
  await app.signIn()
  expect(await sent(shop.aside)).toEqual(atOnce)
  server.fail('token', { delay: 60_000 })
  await app.page.evaluate(() => void window.auth.refresh().catch(() => {}))
  await expect.poll(() => server.requests('token').length).toBe(2)
  expect(await sent(shop.aside)).toEqual(atOnce)
})

test('signed out, a listed URL rejects with not_signed_in, and nothing is sent', async ({
  app,
  shop,
}) => {
  await app.open()
  const { error } = await app.fetch(shop.url)
  expect(error).toMatchObject({ code: 'not_signed_in', retryable: false })
  expect(error?.message).toMatch(/signIn/)
  expect(shop.arrived).toEqual([])
})

test('a call that was made before start() ended waits for the session and has its token', async ({
  app,
  shop,
}) => {
  await app.open()
  await app.leave()
  const { value } = await app.fetch(shop.url)
  expect(value).toMatchObject({ status: 200 })
  expect(shop.arrived.map(({ headers }) => headers['authorization']?.slice(0, 7))).toEqual([
    'Bearer ',
  ])
})

test('no-cors would drop the token: it is refused, and nothing is sent', async ({ app, shop }) => {
  await app.open()
  await app.signIn()
  const { error } = await app.fetch(shop.url, { mode: 'no-cors' })
  expect(error).toMatchObject({ code: 'unsupported' })
  expect(error?.message).toMatch(/no-cors/)
  expect(shop.arrived).toEqual([])
  await app.fetch(shop.aside, { mode: 'no-cors' })
  expect(shop.arrived).toHaveLength(1)
})

for (const signedIn of [true, false])
  test(`an Authorization header of one’s own is left alone, signed ${signedIn ? 'in' : 'out'}`, async ({
    app,
    shop,
    server,
  }) => {
    await app.open()
    if (signedIn) await app.signIn()
    shop.answer = () => new Response('why', { status: 401 })
    const init = { headers: { Authorization: 'Basic bWU6cHc=' } }
    expect(await app.fetch(shop.url, init)).toMatchObject({ value: { status: 401, body: 'why' } })
    expect(shop.arrived.map(({ headers }) => headers['authorization'])).toEqual(['Basic bWU6cHc='])
    expect(server.refreshTokenUses).toEqual([])
  })

test.describe('without resources', () => {
  for (const resources of [[], undefined])
    test(`(${JSON.stringify(resources)}) fetch rejects with config and names the option`, async ({
      app,
      shop,
    }) => {
      await app.open()
      const { error } = await app.attempt(
        async ([url, given]: readonly [string, string[] | undefined]) => {
          const auth = window.Pixy.createAuth({ ...window.options, resources: given })
          return auth.fetch(url)
        },
        [shop.aside, resources] as const,
      )
      expect(error).toMatchObject({ code: 'config' })
      expect(error?.message).toMatch(/^resources: /)
      expect(shop.arrived).toEqual([])
    })
})

test.describe('an anonymous resource', () => {
  test.use({
    options: async ({ api, shop }, use) =>
      use({ resources: [api.url, { url: shop.url, anonymous: true }] }),
  })

  test('is called without a token while signed out, with one while signed in', async ({
    app,
    api,
    shop,
  }) => {
    await app.open()
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200 } })
    expect(await app.fetch(api.url)).toMatchObject({ error: { code: 'not_signed_in' } })
    await app.signIn()
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200 } })
    expect(shop.arrived.map(({ headers }) => headers['authorization']?.slice(0, 7))).toEqual([
      undefined,
      'Bearer ',
    ])
  })

  test('is never called without a token because the session ended under the call', async ({
    app,
    server,
    shop,
  }) => {
    await app.open()
    await app.signIn()
    server.revokeGrants()
    await expire(app)
    expect(await app.fetch(shop.url)).toMatchObject({ error: { code: 'session_ended' } })
    expect(shop.arrived).toEqual([])
  })

  test('answers 401 to a call without a token: that is the app’s', async ({
    app,
    server,
    shop,
  }) => {
    shop.answer = () => new Response('', { status: 401 })
    await app.open()
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 401 } })
    expect([shop.arrived.length, server.requests('token').length]).toEqual([1, 0])
  })
})

test.describe('a resource with a redirect rule', () => {
  test.use({
    options: async ({ shop }, use) =>
      use({
        resources: [
          { url: `${shop.url}never/`, redirect: 'error' },
          { url: `${shop.url}always/`, redirect: 'follow' },
        ],
      }),
  })

  test('has it whatever the request says', async ({ app, shop }) => {
    shop.answer = ({ path }) =>
      path.endsWith('/here')
        ? new Response(null, { status: 302, headers: { location: shop.aside } })
        : new Response('there')
    await app.open()
    await app.signIn()
    expect(await app.fetch(`${shop.url}never/here`)).toMatchObject({ error: { name: 'TypeError' } })
    const followed = await app.fetch(`${shop.url}always/here`, { redirect: 'manual' })
    expect(followed).toMatchObject({ value: { url: shop.aside, redirected: true, body: 'there' } })
  })
})
