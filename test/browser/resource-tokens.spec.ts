import { expect, test } from '../support/fixture.js'
import { bend, refreshes, saying } from '../support/session.js'

const stock = 'https://stock.example/'

test.describe('with several resources', () => {
  // Paths below the test's API stand for other APIs.
  test.use({
    options: async ({ api }, use) =>
      use({
        scope: 'openid profile email offline_access',
        resources: [
          api.url,
          { url: `${api.url}orders/`, scope: 'email' },
          { url: `${api.url}stock/`, resource: stock },
        ],
      }),
  })

  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.signIn()
  })

  test('a resource with its own scope or audience gets its own token on first use', async ({
    app,
    server,
    api,
  }) => {
    expect(server.requests('token')).toHaveLength(1)
    for (let turn = 0; turn < 2; turn++)
      for (const path of ['me', 'orders/me', 'stock/me'])
        expect((await app.fetch(api.url + path)).value?.status, path).toBe(200)
    const tokens = api.seen.map(({ headers }) => headers['authorization']?.slice(7) ?? '')
    expect(tokens.slice(3)).toEqual(tokens.slice(0, 3))
    const [main, orders, store] = tokens.map((token) => server.verify(token))
    expect(main).toMatchObject({ scope: 'openid profile email offline_access' })
    expect(orders).toMatchObject({ scope: 'email' })
    expect(store).toMatchObject({ aud: stock })
    expect(refreshes(server)).toHaveLength(2)

    await test.step('a 401 renews only the token of its own resource', async () => {
      const held = async (): Promise<(string | undefined)[]> =>
        Promise.all(
          ['', 'orders/', 'stock/'].map(
            async (path) => (await app.token({ url: api.url + path })).value,
          ),
        )
      const before = await held()
      api.handler = ({ headers }) =>
        headers.get('authorization') === `Bearer ${before[1]}`
          ? new Response('', { status: 401 })
          : undefined
      expect((await app.fetch(`${api.url}orders/me`)).value?.status).toBe(200)
      const after = await held()
      expect([after[0], after[2]]).toEqual([before[0], before[2]])
      expect(after[1]).not.toBe(before[1])
      const scopes = server.requests('token').map(({ params }) => params['scope'])
      expect(scopes).toEqual([undefined, 'email', undefined, 'email'])
    })
  })

  test('resources that need tokens at once present each refresh token once', async ({
    app,
    server,
    api,
  }) => {
    const answers = await Promise.all(
      ['orders/me', 'stock/me', 'orders/me', 'stock/me'].map((path) => app.fetch(api.url + path)),
    )
    for (const { value } of answers) expect(value?.status).toBe(200)
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated', 'rotated'])

    await test.step('getAccessToken({ url }) gives what fetch would send there', async () => {
      for (const path of ['me', 'orders/1/me', 'stock/me']) {
        await app.fetch(api.url + path)
        const sent = api.seen.at(-1)?.headers['authorization']
        expect(`Bearer ${(await app.token({ url: api.url + path })).value}`, path).toBe(sent)
      }
      expect((await app.token({ url: '/elsewhere' })).error?.code).toBe('url_not_allowed')
    })
  })
})

test.describe('signed in', () => {
  test.beforeEach(async ({ app }) => {
    await app.open()
    await app.signIn()
  })

  test('getAccessToken({ scope }) gives a token of that scope, or says why not', async ({
    app,
    server,
  }) => {
    await test.step('a scope that was granted gets its own token', async () => {
      const main = (await app.token()).value
      const narrow = (await app.token({ scope: 'email' })).value ?? ''
      expect(server.verify(narrow)).toMatchObject({ scope: 'email' })
      expect((await app.token({ scope: 'email' })).value).toBe(narrow)
      expect((await app.token()).value).toBe(main)
      expect(refreshes(server)).toHaveLength(1)
    })

    await test.step('a scope that was never granted is insufficient_scope', async () => {
      expect((await app.token({ scope: 'admin' })).error?.code).toBe('insufficient_scope')
      expect(await saying(app)).toBe('signed-in')
      expect(refreshes(server)).toHaveLength(2)
      expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    })

    await test.step('a scope that needs consent is interaction_required', async () => {
      const body = '{"error":"invalid_grant"}'
      server.fail('token', { status: 400, handled: false, body })
      expect((await app.token({ scope: 'profile' })).error?.code).toBe('interaction_required')
      expect(await saying(app)).toBe('signed-in')
      expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    })
  })

  test('minTtl renews only a token that would not live that long', async ({ app, server }) => {
    const before = (await app.token({ minTtl: 200 })).value
    await bend(app, ({ tokens }) => {
      for (const token of Object.values(tokens)) {
        token.receivedAt -= 180_000
        token.expiresAt -= 180_000
      }
    })
    expect((await app.token({ minTtl: 100 })).value).toBe(before)
    expect(refreshes(server)).toHaveLength(0)
    expect((await app.token({ minTtl: 200 })).value).not.toBe(before)
    expect(refreshes(server)).toHaveLength(1)

    await test.step('a minTtl beyond any lifetime does not refresh at every call', async () => {
      for (let turn = 0; turn < 3; turn++) await app.token({ minTtl: 1e6 })
      expect(refreshes(server).length).toBeLessThanOrEqual(2)
    })

    await test.step('a token without a lifetime serves without being renewed', async () => {
      server.fail('token', { body: (json) => ({ ...json, expires_in: undefined }) })
      const { length } = refreshes(server)
      await app.refresh()
      const tokens = await app.tokens(3)
      expect(new Set(tokens).size).toBe(1)
      expect(refreshes(server)).toHaveLength(length + 1)
    })
  })
})

test('a fresh token is given without touching storage, network or channel', async ({ app }) => {
  await app.page.addInitScript(() => {
    const calls: string[] = []
    Object.assign(window, { calls })
    const meter = (holder: object, names: string[]): void => {
      for (const name of names) {
        const real = Reflect.get(holder, name) as (...all: unknown[]) => unknown
        Object.defineProperty(holder, name, {
          value(this: unknown, ...given: unknown[]) {
            calls.push(name)
            return Reflect.apply(real, this, given)
          },
        })
      }
    }
    meter(IDBObjectStore.prototype, ['get', 'getAll', 'put', 'add', 'delete', 'openCursor'])
    meter(IDBDatabase.prototype, ['transaction'])
    meter(IDBFactory.prototype, ['open'])
    meter(Storage.prototype, ['getItem', 'setItem', 'removeItem'])
    meter(BroadcastChannel.prototype, ['postMessage'])
    meter(LockManager.prototype, ['request'])
    meter(window, ['fetch'])
  })
  await app.open()
  await app.signIn()
  const spent = await app.page.evaluate(async () => {
    const { calls } = window as unknown as { calls: string[] }
    // The first call loads code. After it a fresh token needs no turn of the event loop, so that
    // nothing that the page does meanwhile is counted.
    await window.auth.getAccessToken()
    calls.length = 0
    await Promise.all(Array.from({ length: 20 }, () => window.auth.getAccessToken()))
    const fresh = [...calls]
    await window.auth.refresh()
    return { fresh, refresh: calls }
  })
  expect(spent.fresh).toEqual([])
  expect(spent.refresh).toEqual(
    expect.arrayContaining(['request', 'transaction', 'get', 'put', 'fetch', 'postMessage']),
  )
})
