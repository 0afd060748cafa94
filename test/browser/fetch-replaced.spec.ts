import { expect } from '../support/fixture.js'
import { test } from '../support/resource-server.js'

// How an app, or a tool in it, may put `auth.fetch` in the place of the platform's.
const replacements: [name: string, replace: () => void][] = [
  ['itself', () => void (window.fetch = window.auth.fetch)],
  ['a wrapper', () => void (window.fetch = (...given) => window.auth.fetch(...given))],
  [
    'a wrapper that waits',
    () =>
      void (window.fetch = async (...given) => {
        await Promise.resolve()
        return window.auth.fetch(...given)
      }),
  ],
]

test.describe('auth.fetch as the fetch of the page', () => {
  test.use({
    options: async ({ api, shop }, use) =>
      use({ resources: [api.url, { url: shop.url, anonymous: true }] }),
  })

  for (const [name, replace] of replacements)
    test(`does not call itself: ${name}`, async ({ app, shop, server }) => {
      const sent = () =>
        shop.arrived.splice(0).map(({ headers }) => headers['authorization']?.slice(0, 7))
      const calls = async (init?: { body: string; method: string }) => {
        for (const url of [shop.aside, shop.url])
          expect(await app.fetch(url, init)).toMatchObject({ value: { status: 200 } })
        return sent()
      }
      await app.open()
      await app.page.evaluate(replace)
      expect(await calls()).toEqual([undefined, undefined])
      await app.signIn()
      await app.page.evaluate(replace)
      expect(await calls()).toEqual([undefined, 'Bearer '])
      expect(await calls({ method: 'POST', body: 'a' })).toEqual([undefined, 'Bearer '])
      expect(await app.refresh()).toMatchObject({ value: { status: 'signed-in' } })
      expect(server.refreshTokenUses).toHaveLength(1)
    })
})
