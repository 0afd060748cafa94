import { expect } from '../support/fixture.js'
import { compare, test, type Shop } from '../support/resource-server.js'
import { expire } from '../support/session.js'

declare global {
  interface Window {
    /** Called instead of the platform's `fetch`. */
    instead?: typeof globalThis.fetch
  }
}

/** Targets that look like the shop, and are something else. */
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

test('T9, T10: a URL that only looks like a listed one gets no token', async ({
  app,
  shop,
  servers,
}) => {
  await app.open()
  await app.signIn()
  for (const [name, from] of lookAlikes) {
    const before = servers.evil.seen.length
    const url = from(shop, servers.evil.origin)
    const { platform, ours } = await compare(app, (fetch, target) => fetch(target), url)
    expect(ours, name).toEqual(platform)
    const seen = [...shop.arrived.splice(0), ...servers.evil.seen.slice(before)]
    expect(seen, name).toHaveLength(platform.value ? 2 : 0)
    const withToken = seen.flatMap(({ path, headers }) => (headers['authorization'] ? [path] : []))
    expect(withToken, name).toEqual([])
    // The same app does send a token to a listed URL.
    await app.fetch(shop.url)
    expect(shop.arrived.pop()?.headers['authorization'], name).toMatch(/^Bearer /)
  }
})

test('T11: a redirect takes no token out of the path of a resource', async ({ app, shop }) => {
  await app.open()
  await app.signIn()
  shop.answer = ({ path }) =>
    path.endsWith('/here')
      ? new Response(null, { status: 307, headers: { location: shop.aside } })
      : new Response('there')
  const { error } = await app.fetch(`${shop.url}here`)
  expect(error).toMatchObject({ code: 'url_not_allowed' })
  expect(shop.arrived.map(({ path }) => path)).toEqual(['/listed/here'])
})

test.describe('a whole origin', () => {
  test.use({ options: async ({ api }, use) => use({ resources: [new URL('/', api.url).href] }) })

  test('T11: a redirect of the API to another origin takes no token there', async ({
    app,
    api,
    servers,
    browserName,
  }) => {
    await app.open()
    await app.signIn()
    for (const status of [301, 302, 303, 307, 308]) {
      const name = `${status}`
      const target = `${servers.evil.origin}/${crypto.randomUUID()}`
      api.handler = () => new Response(null, { status, headers: { location: target } })
      const { error } = await app.fetch(api.url + name, { method: 'POST', body: 'mine' })
      const seen = servers.evil.seen.filter(({ path }) => target.endsWith(path))
      // Firefox repeats the header on a redirect within an origin, so none is followed there.
      if (browserName === 'firefox') expect(error).toMatchObject({ code: 'url_not_allowed' })
      expect(seen.length > 0, name).toBe(browserName !== 'firefox')
      expect(JSON.stringify(seen), name).not.toMatch(/Bearer|eyJ/)
      expect(api.seen.pop()?.headers['authorization'], name).toMatch(/^Bearer /)
    }
  })
})

test('a call to an unlisted URL goes straight to the platform’s fetch', async ({
  app,
  shop,
  server,
}) => {
  const sent = (url: string) =>
    app.attempt((target: string) => {
      const calls: unknown[][] = []
      window.instead = async (...given) => (calls.push(given), new Response('real'))
      const input = new Request(target)
      const init = { headers: { 'x-test': '1' } }
      const { createAuth } = window.Pixy
      const fresh = createAuth(window.options)
      void fresh.fetch(input, init)
      void window.auth.fetch(target, init)
      const [first, second] = calls
      delete window.instead
      return [
        calls.length,
        first?.[0] === input,
        first?.[1] === init,
        second?.[0] === target,
        fresh.state.status,
      ]
    }, url)
  const atOnce = { value: [2, true, true, true, 'loading'] }
  // The platform's `fetch` is taken when the client is made.
  await app.page.addInitScript(() => {
    const real = window.fetch
    window.fetch = (...given) => (window.instead ?? real)(...given)
  })
  await app.open()
  expect(await sent(shop.aside)).toEqual(atOnce)
  await app.signIn()
  expect(await sent(shop.aside)).toEqual(atOnce)
  server.fail('token', { delay: 60_000 })
  await app.page.evaluate(() => void window.auth.refresh().catch(() => {}))
  await expect.poll(() => server.requests('token').length).toBe(2)
  expect(await sent(shop.aside)).toEqual(atOnce)
})

test('T12: a listed URL is never called without a token', async ({ app, shop }) => {
  await app.open()

  await test.step('signed out, it rejects with not_signed_in', async () => {
    const { error } = await app.fetch(shop.url)
    expect(error).toMatchObject({ code: 'not_signed_in', retryable: false })
    expect(error?.message).toMatch(/Sign in/)
    expect(shop.arrived).toEqual([])
  })

  await test.step('a call that was made before start() ended waits for the session', async () => {
    await app.leave()
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200 } })
    const schemes = shop.arrived.splice(0).map((it) => it.headers['authorization']?.slice(0, 7))
    expect(schemes).toEqual(['Bearer '])
  })

  await test.step('no-cors, which would drop the token, is refused', async () => {
    const { error } = await app.fetch(shop.url, { mode: 'no-cors' })
    expect(error).toMatchObject({ code: 'unsupported' })
    expect(error?.hint).toMatch(/no-cors/)
    expect(shop.arrived).toEqual([])
    await app.fetch(shop.aside, { mode: 'no-cors' })
    expect(shop.arrived).toHaveLength(1)
  })
})

test('an Authorization header set by the app is left alone', async ({ app, shop, server }) => {
  shop.answer = () => new Response('why', { status: 401 })
  const init = { headers: { Authorization: 'Basic bWU6cHc=' } }
  const expectLeftAlone = async (name: string): Promise<void> => {
    const { value } = await app.fetch(shop.url, init)
    expect(value, name).toMatchObject({ status: 401, body: 'why' })
    const sent = shop.arrived.splice(0).map(({ headers }) => headers['authorization'])
    expect(sent, name).toEqual(['Basic bWU6cHc='])
    expect(server.refreshTokenUses, name).toEqual([])
  }
  await app.open()
  await expectLeftAlone('signed out')
  await app.signIn()
  await expectLeftAlone('signed in')
})

test('T9: without resources, fetch rejects with config and names the option', async ({
  app,
  shop,
}) => {
  await app.open()
  for (const resources of [[], undefined]) {
    const name = JSON.stringify(resources) ?? 'undefined'
    const { error } = await app.attempt(
      async ([url, given]: readonly [string, string[] | undefined]) => {
        const auth = window.Pixy.createAuth({ ...window.options, resources: given })
        return auth.fetch(url)
      },
      [shop.aside, resources] as const,
    )
    expect(error, name).toMatchObject({ code: 'config' })
    expect(error?.message, name).toContain(' resources: ')
    expect(shop.arrived, name).toEqual([])
  }
})

test.describe('a resource with options', () => {
  test.use({
    planted: {
      'another origin':
        'Browsers repeat the header on a redirect within an origin that is followed as asked.',
    },
    options: async ({ api, shop }, use) =>
      use({
        resources: [
          api.url,
          { url: shop.url, anonymous: true },
          { url: `${shop.url}never/`, redirect: 'error' },
          { url: `${shop.url}always/`, redirect: 'follow' },
        ],
      }),
  })

  test('is called without a token only while signed out, and redirects as told', async ({
    app,
    api,
    shop,
    server,
  }) => {
    const sent = () => shop.arrived.splice(0).map((it) => it.headers['authorization']?.slice(0, 7))
    await app.open()
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200 } })
    expect(await app.fetch(api.url)).toMatchObject({ error: { code: 'not_signed_in' } })
    expect(sent()).toEqual([undefined])

    await test.step('its 401 to a call without a token goes to the app', async () => {
      const greet = shop.answer
      shop.answer = () => new Response('', { status: 401 })
      expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 401 } })
      expect([sent(), server.requests('token').length]).toEqual([[undefined], 0])
      shop.answer = greet
    })

    await app.signIn()
    expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200 } })
    expect(sent()).toEqual(['Bearer '])

    await test.step('its redirect option overrides that of the request', async () => {
      const greet = shop.answer
      shop.answer = ({ path }) =>
        path.endsWith('/here')
          ? new Response(null, { status: 302, headers: { location: shop.aside } })
          : new Response('there')
      const never = await app.fetch(`${shop.url}never/here`)
      expect(never).toMatchObject({ error: { name: 'TypeError' } })
      const always = await app.fetch(`${shop.url}always/here`, { redirect: 'manual' })
      expect(always).toMatchObject({ value: { url: shop.aside, redirected: true, body: 'there' } })
      shop.answer = greet
      shop.arrived.length = 0
    })

    await test.step('a session that ends during a call does not make it anonymous', async () => {
      server.revokeGrants()
      await expire(app)
      expect(await app.fetch(shop.url)).toMatchObject({ error: { code: 'session_ended' } })
      expect(sent()).toEqual([])
    })
  })
})
