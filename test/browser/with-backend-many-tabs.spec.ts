import { expect, test } from '../support/with-backend.js'

// Many tabs at a backend: frames of one page, each a realm of its own.

for (const [what, path] of [
  ['through the backend', 'orders/'],
  ['with a token that it lends', 'rest/'],
] as const)
  test(`twenty tabs with fifty calls each, ${what}, share one refresh`, async ({
    app,
    api,
    world,
  }) => {
    test.slow()
    await app.open('/')
    await app.signIn()
    await app.page.evaluate(async (url) => {
      const open = async (): Promise<void> => {
        const frame = document.createElement('iframe')
        frame.src = '/'
        const isLoaded = new Promise((loaded) => (frame.onload = loaded))
        document.body.append(frame)
        await isLoaded
        await frame.contentWindow?.auth.fetch(url)
      }
      await Promise.all(Array.from({ length: 20 }, open))
    }, `${api.origin}/${path}`)
    world.server.expireAccessTokens()
    const before = world.server.refreshTokenUses.length
    const answers = await app.page.evaluate(async (url) => {
      const tabs = [...document.querySelectorAll('iframe')].map(
        ({ contentWindow }) => contentWindow,
      )
      const calls = tabs.flatMap((tab) => Array.from({ length: 50 }, () => tab?.auth.fetch(url)))
      const all = await Promise.allSettled(calls)
      return all.map((one) => (one.status === 'fulfilled' ? one.value?.status : one.reason.code))
    }, `${api.origin}/${path}`)
    expect(answers).toEqual(Array(1000).fill(200))
    const uses = world.server.refreshTokenUses.slice(before)
    expect(uses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  })
