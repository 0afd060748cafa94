import type { AuthOptions } from '../../src/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { expire, refreshes } from '../support/session.js'
import { codeOf, said } from '../support/sign-in-steps.js'

// A new release of the app finds the session of the one before.

const more = 'openid profile email offline_access orders'

/** The page's client is of another release from now on. */
async function release({ page }: Tab, options: Partial<AuthOptions>): Promise<void> {
  await page.evaluate(async (given) => {
    window.auth.dispose()
    window.auth = window.Pixy.createAuth({ ...window.options, ...given })
    await window.auth.start()
  }, options)
}

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

test('a refresh asks for a scope that the new release adds', async ({ app, server, api }) => {
  server.options.widens = true
  await release(app, { scope: more })
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
  const [sent] = api.seen
  const claims = server.verify(sent?.headers['authorization']?.slice(7) ?? '')
  expect(claims).toMatchObject({ scope: more })
  await app.refresh()
  expect(refreshes(server).map(({ params }) => params['scope'])).toEqual([more, more])
})

test('calls reject until the next sign-in if the server grants no more scope', async ({
  app,
  server,
  api,
}) => {
  await release(app, { scope: more })
  for (const _ of [1, 2, 3])
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe('insufficient_scope')
  expect(codeOf(await app.token())).toBe('insufficient_scope')
  expect(api.seen).toEqual([])
  expect(refreshes(server)).toMatchObject([{ params: { scope: more } }])
  expect((await app.state()).status).toBe('signed-in')

  await app.signIn({ scope: more })
  await release(app, { scope: more })
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
})

test('a scope that is left out, repeated or moved costs no request', async ({
  app,
  server,
  api,
}) => {
  for (const scope of ['openid', 'offline_access openid email profile profile'])
    await test.step(scope, async () => {
      await release(app, { scope })
      expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
    })
  expect(refreshes(server)).toEqual([])
})

test('another `audience` does not get the token of the old one', async ({ app, server, api }) => {
  await release(app, { params: { audience: 'https://new.example/' } })
  expect(codeOf(await app.fetch(`${api.url}me`))).toBe('insufficient_scope')
  expect(codeOf(await app.refresh())).toBe('insufficient_scope')
  expect(api.seen).toEqual([])
  expect(refreshes(server)).toEqual([])
  expect((await app.state()).status).toBe('signed-in')
})

test('another `resource` gets a token of its own, again and again', async ({
  app,
  server,
  api,
}) => {
  const audiences: unknown[] = []
  const call = async (): Promise<void> => {
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
    audiences.push(
      server.verify(api.seen.at(-1)?.headers['authorization']?.slice(7) ?? '')?.['aud'],
    )
  }
  for (const resource of ['https://a.example/', 'https://b.example/']) {
    await release(app, { resources: [{ url: api.url, resource }] })
    await call()
    await expire(app)
    await call()
  }
  const [a, b] = ['https://a.example/', 'https://b.example/']
  expect(audiences).toEqual([a, a, b, b])
})

test.describe('with a resource at the sign-in', () => {
  test.use({
    options: async ({ api }, use) =>
      use({ resources: [{ url: api.url, resource: 'https://a.example/' }] }),
  })

  test('a release with another resource asks for it, which the server may refuse', async ({
    app,
    server,
    api,
  }) => {
    await release(app, { resources: [{ url: api.url, resource: 'https://b.example/' }] })
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe('insufficient_scope')
    expect(api.seen).toEqual([])
    expect(refreshes(server)).toMatchObject([{ params: { resource: 'https://b.example/' } }])
    expect((await app.state()).status).toBe('signed-in')
  })
})

test.describe('at Hydra, with an `audience`', () => {
  const [orders, reports] = ['https://orders.example/', 'https://reports.example/']
  test.use({
    serverOptions: { audiences: [orders, reports] },
    options: { params: { audience: orders } },
  })

  test('each token has the audience of its release, the new one after a sign-in', async ({
    app,
    server,
    api,
  }) => {
    const audience = async (): Promise<unknown> =>
      server.verify((await app.token()).value ?? '')?.['aud']
    expect(await audience()).toBe(orders)
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    expect(await audience()).toBe(orders)

    await release(app, { params: { audience: reports } })
    expect(codeOf(await app.fetch(`${api.url}me`))).toBe('insufficient_scope')
    expect(refreshes(server)).toHaveLength(1)
    await app.leave()
    await release(app, { params: { audience: reports } })
    expect(await audience()).toBe(reports)
  })

  test('an audience that Hydra does not know is refused', async ({ app }) => {
    await app.signOut({ local: true })
    await release(app, { params: { audience: 'https://no.example/' } })
    await app.leave()
    expect(await said(app)).toBe('oauth_error')
  })
})
