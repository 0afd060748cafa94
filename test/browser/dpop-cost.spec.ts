import { expect, test } from '../support/fixture.js'
import { refreshes } from '../support/session.js'

test.use({ options: { dpop: true } })

test('a signed call costs one hash and one signature, and reads no store', async ({ app, api }) => {
  await app.open()
  await app.signIn()
  const work = await app.page.evaluate(async (url) => {
    await window.auth.fetch(url)
    const done: Record<string, number> = {}
    const count = (target: object, names: string[]): void => {
      const all = target as Record<string, (...given: unknown[]) => unknown>
      for (const name of names) {
        const real = all[name]
        all[name] = function (this: unknown, ...given: unknown[]) {
          done[name] = (done[name] ?? 0) + 1
          return real?.apply(this, given)
        }
      }
    }
    count(
      SubtleCrypto.prototype,
      Object.keys(SubtleCrypto.prototype).filter((name) => name !== 'constructor'),
    )
    count(IDBDatabase.prototype, ['transaction'])
    for (let calls = 0; calls < 10; calls++) await window.auth.fetch(url)
    return done
  }, `${api.url}me`)
  expect(work).toEqual({ digest: 10, sign: 10 })
})

for (const [dpop, loaded] of [
  [true, 1],
  [false, 0],
] as const)
  test.describe(`dpop: ${dpop}`, () => {
    test.use({ options: { dpop } })

    test(`the file for proofs is loaded ${loaded ? 'once, before it is needed' : 'never'}`, async ({
      app,
      api,
      server,
    }) => {
      const times = (): Promise<number> =>
        app.page.evaluate(() => {
          const files = performance.getEntriesByType('resource')
          return files.filter(({ name }) => /dpop[\w-]*\.js/.test(name)).length
        })
      await app.open()
      await app.signIn()
      await app.reload()
      await expect.poll(times).toBe(loaded)
      await app.fetch(`${api.url}me`)
      await app.refresh()
      expect(await times()).toBe(loaded)
      for (const { headers } of [...api.seen, ...refreshes(server)])
        expect('dpop' in headers).toBe(dpop)
    })
  })
