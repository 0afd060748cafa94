import { expect, test, type Tab } from '../support/fixture.js'
import { leaks } from '../support/session.js'

test.describe('with a store of the app’s own', () => {
  test.use({ mode: 'manual', planted: { localStorage: 'The store of the app is there.' } })

  /** A store in localStorage, as an app might write one; each page load makes its client with it. */
  const withStore = (tab: Tab): Promise<unknown> =>
    tab.page.addInitScript(() => {
      const read = (key: string): unknown =>
        JSON.parse(localStorage.getItem(`mine:${key}`) ?? 'null') ?? undefined
      const store = {
        get: async (key: string) => read(key),
        async update(key: string, fn: (before: unknown) => unknown): Promise<[unknown, unknown]> {
          const [before, after] = [read(key), fn(read(key))]
          if (after === undefined) localStorage.removeItem(`mine:${key}`)
          else localStorage.setItem(`mine:${key}`, JSON.stringify(after))
          return [before, after]
        },
      }
      addEventListener('DOMContentLoaded', () => {
        window.auth = window.Pixy.createAuth({ ...window.options, store })
        window.auth.subscribe((state) => window.states.push(state))
      })
    })

  test('the session is there, and nowhere else', async ({ app, server }) => {
    await withStore(app)
    const kept = (): Promise<string> => app.page.evaluate(() => JSON.stringify({ ...localStorage }))
    await app.open()
    await app.signIn()
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    const token = (await app.token()).value ?? 'none'
    expect(await kept()).toContain(token)
    expect((await app.dump()).split(token)).toHaveLength(2)
    await app.reload()
    expect((await app.token()).value).toBe(token)
    await app.signOut({ local: true })
    expect(await leaks(app, server)).toEqual([])
  })

  test('that throws, the session lives in memory', async ({ app, api }) => {
    await app.page.addInitScript(() => {
      const fail = (): never => {
        throw new Error('broken')
      }
      addEventListener('DOMContentLoaded', () => {
        const store = { get: fail, update: fail }
        window.auth = window.Pixy.createAuth({ ...window.options, store })
        void window.auth.start()
      })
    })
    expect(await app.open()).toEqual({ status: 'signed-out' })
    await app.signIn()
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  })
})

test.describe("with store 'memory'", () => {
  test.use({ options: { store: 'memory' } })

  test('T14: a sign-in outlives its redirect, and no token is ever stored', async ({
    app,
    server,
  }) => {
    await app.open()
    await app.signIn()
    await app.refresh()
    expect(await leaks(app, server)).toEqual([])
    expect(await app.reload()).toEqual({ status: 'signed-out' })
  })
})
