import { expect, test } from '../support/fixture.js'
import { elapsed } from '../support/session.js'

test.describe('a store that opens after everybody has gone another way', () => {
  test.use({
    serverOptions: { openid: false },
    options: async ({ server: { issuer } }, use) =>
      use({
        issuer: undefined,
        scope: undefined,
        server: {
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
        },
        store: 'memory',
      }),
  })

  test('is not written to any more', async ({ app }) => {
    await app.page.addInitScript(() => {
      const { open } = IDBFactory.prototype
      IDBFactory.prototype.open = function (...given) {
        IDBFactory.prototype.open = open
        const late = new EventTarget() as IDBOpenDBRequest
        // A request that hears of its database when the test says so.
        Object.assign(window, {
          openNow: () =>
            new Promise<void>((resolve) => {
              const real = open.apply(this, given)
              real.onupgradeneeded = () => real.result.createObjectStore('keyval')
              real.onsuccess = () => {
                Object.defineProperty(late, 'result', { value: real.result })
                late.onsuccess?.(new Event('success'))
                resolve()
              }
            }),
        })
        return late
      }
    })
    await app.open()
    expect((await app.attempt(() => window.auth.signInUrl())).error).toBeUndefined()
    expect(await app.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).toContain(
      'codeVerifier',
    )
    await app.page.evaluate(async () => {
      await (window as unknown as { openNow(): Promise<void> }).openNow()
      sessionStorage.clear()
    })
    expect(await app.dump()).not.toContain('codeVerifier')
  })
})

test.describe('a store of the app’s own that never answers', () => {
  test.use({ mode: 'manual' })

  test('is waited for two seconds at a time', async ({ app }) => {
    await app.page.goto('/')
    const status = app.page.evaluate(async () => {
      const hang = (): Promise<never> => new Promise(() => {})
      const auth = window.Pixy.createAuth({
        ...window.options,
        store: { get: hang, update: hang },
      })
      return (await auth.start()).status
    })
    expect(await elapsed(status)).toBeLessThan(4000)
    expect(await status).toBe('signed-out')
  })
})
