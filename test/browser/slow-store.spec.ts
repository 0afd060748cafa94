import { expect, test } from '../support/fixture.js'
import { holdTimers, outwait, passTime } from '../support/timers.js'

test.describe('a store that opens after its deadline', () => {
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

  test('is not written to after it has opened', async ({ app }) => {
    await app.page.addInitScript(() => {
      const { open } = IDBFactory.prototype
      IDBFactory.prototype.open = function (...given) {
        IDBFactory.prototype.open = open
        const late = new EventTarget() as IDBOpenDBRequest
        // A request that gets its database when the test says so.
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

  test('is asked twice, for two seconds each', async ({ app }) => {
    await app.page.goto('/')
    await holdTimers(app)
    await app.page.evaluate(
      () =>
        new Promise<void>((asked) => {
          const hang = (): Promise<never> => (asked(), new Promise(() => {}))
          const store = { get: hang, update: hang }
          window.auth = window.Pixy.createAuth({ ...window.options, store })
          void window.auth.start()
        }),
    )
    await outwait(app, 2000)
    await passTime(app, 1999)
    expect(await app.state()).toEqual({ status: 'loading' })
    await passTime(app, 1)
    expect(await app.started()).toEqual({ status: 'signed-out' })
  })
})
