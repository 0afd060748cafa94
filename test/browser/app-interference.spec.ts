import { expect, test } from '../support/fixture.js'
import { callback, make } from '../support/sign-in-steps.js'
import { bend, expire, refreshes, saying } from '../support/session.js'

test.describe('with a client made by hand', () => {
  test.use({ mode: 'manual' })

  test('F25: a call made from `navigate` or from a listener settles', async ({
    app,
    server,
    api,
  }) => {
    await app.page.addInitScript(() => {
      const calls: Promise<unknown>[] = []
      const nest = (): Promise<unknown> => {
        const { getAccessToken, refresh, fetch, start, require } = window.auth
        const [url = ''] = window.options.resources as string[]
        const answered = fetch(`${url}me`).then(({ status }) => status)
        const all = [getAccessToken(), answered, start(), require(), refresh()]
        const settled = Promise.allSettled(all).then((them) => them.map(({ status }) => status))
        calls.push(settled)
        return settled
      }
      Object.assign(window, { calls, nest })
    })
    await app.page.goto('/')
    await make(app, await app.page.evaluate(() => window.options))
    await app.page.goto(await callback(app, server))
    const settled = await app.page.evaluate(async () => {
      const { calls, nest } = window as unknown as {
        calls: Promise<unknown>[]
        nest: () => Promise<unknown>
      }
      window.auth = window.Pixy.createAuth({ ...window.options, navigate: nest })
      await window.auth.start()
      const navigated = await Promise.all(calls.splice(0))
      return { navigated, status: window.auth.state.status }
    })
    const fine = Array(5).fill('fulfilled')
    expect(settled).toEqual({ navigated: [fine], status: 'signed-in' })

    // A refresh that changes the user calls the listener, which refreshes again.
    server.options.idTokenClaims = ['roles']
    server.options.claims = { roles: ['admin'] }
    const heard = await app.page.evaluate(async () => {
      const { calls, nest } = window as unknown as {
        calls: Promise<unknown>[]
        nest: () => Promise<unknown>
      }
      let first = true
      window.auth.subscribe((state) => {
        if (state.status !== 'signed-in' || !state.user['roles'] || !first) return undefined
        first = false
        return nest()
      })
      await window.auth.refresh()
      return Promise.all(calls)
    })
    expect(heard).toEqual([fine])
    expect(api.seen).toHaveLength(2)
    const outcomes = new Set(server.refreshTokenUses.map(({ outcome }) => outcome))
    expect([...outcomes]).toEqual(['rotated'])
  })
})

test('F88: a replaced Promise or fetch, even a broken one, signs no user out', async ({
  app,
  server,
  api,
}) => {
  await app.page.addInitScript(() => {
    const Real = Promise
    /** A Promise class of its own, no subclass: zone.js has one like it. */
    class Foreign {
      readonly inner: Promise<unknown>
      constructor(work: ConstructorParameters<typeof Promise<unknown>>[0]) {
        this.inner = new Real(work)
      }
      // eslint-disable-next-line unicorn/no-thenable -- what a Promise is
      then(...given: Parameters<Promise<unknown>['then']>): Foreign {
        return new Foreign((resolve) => resolve(this.inner.then(...given)))
      }
      catch(given: () => unknown): Foreign {
        return this.then(undefined, given)
      }
      finally(given: () => void): Foreign {
        return new Foreign((resolve) => resolve(this.inner.finally(given)))
      }
    }
    for (const name of ['all', 'allSettled', 'any', 'race', 'resolve', 'reject'] as const)
      Object.assign(Foreign, {
        [name]: (given: unknown) =>
          new Foreign((resolve) => resolve(Reflect.apply(Real[name], Real, [given]))),
      })
    const real = fetch
    Object.assign(window, {
      Promise: Foreign,
      // Like extensions and polyfills it copies the response and loses its URL.
      fetch: (...given: Parameters<typeof fetch>) =>
        new Foreign((resolve) =>
          resolve(
            real(...given).then(
              async ({ status, headers, body }) => new Response(body, { status, headers }),
            ),
          ),
        ),
    })
  })
  await app.open()
  await app.signIn()
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
  await expire(app)
  expect(server.verify((await app.token()).value ?? '')).toBeDefined()
  expect(await saying(app)).toBe('signed-in')
  expect(refreshes(server)).toHaveLength(1)

  for (const [broken, code] of [
    ['() => { throw new Error("blocked") }', 'network'],
    ['() => Promise.reject("blocked")', 'network'],
    ['() => Promise.resolve(undefined)', 'network'],
    ['() => Promise.resolve(new Response("blocked"))', 'invalid_response'],
  ] as const) {
    await app.reload()
    await bend(app, (record) => void delete record.lease)
    const error = await app.page.evaluate(async (source) => {
      // eslint-disable-next-line no-eval -- the table's own function, sent to the page as text
      window.fetch = (0, eval)(`(${source})`) as typeof fetch
      Math.random = () => -0.9
      return window.auth.refresh().catch(({ name, code }: { name: string; code?: string }) => ({
        name,
        code,
      }))
    }, broken)
    expect(error, broken).toEqual({ name: 'AuthError', code })
    expect(await saying(app), broken).toBe(`signed-in ${code}`)
  }
})
