import { expect, test } from '../support/fixture.js'

/** What wrappers of `fetch` do with `init`: each reads it in its own way. */
function patch(): void {
  const real = window.fetch
  window.fetch = (input, init) => {
    for (const given of [init, init?.headers]) {
      if (!given || given instanceof Headers) continue
      Object.prototype.hasOwnProperty.call(given, 'method')
      // eslint-disable-next-line no-prototype-builtins -- what is tested
      given.hasOwnProperty('method')
      // eslint-disable-next-line no-prototype-builtins -- what is tested
      given.propertyIsEnumerable('method')
      void `${given.valueOf() as string}`
      for (const name in given) if (!Object.hasOwn(given, name)) throw new Error(name)
    }
    return real(input, init)
  }
}

test('a wrapper of fetch that calls methods of `init` works with every request', async ({
  app,
  api,
  server,
}) => {
  await app.page.addInitScript(patch)
  await app.open()
  await app.signIn()
  expect((await app.refresh()).error).toBeUndefined()
  expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  expect((await app.attempt(() => window.auth.userInfo())).error).toBeUndefined()
  server.fail('token', { cors: false, handled: false }, Infinity)
  server.fail('userinfo', { cors: false }, Infinity)
  // Why a request failed is asked by the same fetch.
  const { error } = await app.attempt(() => window.auth.userInfo())
  expect(error?.code).toBe('cors')
})
