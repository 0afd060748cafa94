import { expect, test } from '../fixture.js'

test.describe('without a refresh token', () => {
  test.use({ options: { scope: 'openid' } })

  test('a 401 is the app’s, and the session lives on', async ({ app, api, server }) => {
    await app.open()
    await app.signIn()
    server.expireAccessTokens()
    expect(await app.fetch(`${api.url}me`)).toMatchObject({ value: { status: 401 } })
    expect(server.requests('token')).toHaveLength(1)
    expect(api.seen).toHaveLength(1)
    expect(await app.state()).toMatchObject({ status: 'signed-in' })
  })
})

test.describe('where an API has a token of its own', () => {
  test.use({
    options: async ({ api }, use) =>
      use({ resources: [api.url, { url: `${api.url}own/`, scope: 'profile' }] }),
  })

  test('a 401 renews that token and no other', async ({ app, api, server }) => {
    await app.open()
    await app.signIn()
    await app.fetch(`${api.url}own/me`)
    const main = await app.token()
    const own = await app.token({ url: `${api.url}own/` })
    api.handler = (request) =>
      request.headers.get('authorization') === `Bearer ${own.value}`
        ? new Response('', { status: 401 })
        : undefined
    expect(await app.fetch(`${api.url}own/me`)).toMatchObject({ value: { status: 200 } })
    const forms = server.requests('token').map(({ params }) => params['scope'])
    expect(forms).toEqual([undefined, 'profile', 'profile'])
    expect(await app.token()).toEqual(main)
    expect((await app.token({ url: `${api.url}own/` })).value).not.toBe(own.value)
  })
})
