import { createMockServer } from '../../src/testing/index.js'
import { serve } from '../support/node-server.js'
import { expect, test, type App } from './app.js'

// A page with an embedder policy gets no frame of a server without one.
test.beforeEach(({ servers }) => void (servers.embeds = true))
test.afterEach(({ servers }) => void (servers.embeds = false))

const quietly = ({ webkit }: App): Promise<string> =>
  webkit.evaluate(() =>
    window.auth.signIn({ via: 'iframe' }).then(
      ({ status }) => status,
      ({ code }) => code,
    ),
  )

test('a hidden frame signs in', async ({ app, api, server, webkit }) => {
  await app.open('/desk?a=1#b')
  expect(await quietly(app)).toBe('signed-in')
  expect(await webkit.evaluate(() => document.querySelector('iframe'))).toBeNull()
  expect(await webkit.url()).toMatch(/\/desk\?a=1#b$/)
  expect(await app.fetch(`${api.url}me`)).toEqual([200])
  const [request] = server.requests('authorize')
  expect(request?.params['prompt']).toBe('none')
  expect(server.requests('token')).toHaveLength(1)
})

test('a server that needs the user rejects with interaction_required', async ({
  app,
  server,
  webkit,
}) => {
  server.options.silent = 'login_required'
  await app.open()
  expect(await quietly(app)).toBe('interaction_required')
  expect(await webkit.evaluate(() => document.querySelector('iframe'))).toBeNull()
  expect((await app.started()).status).toBe('signed-out')
})

test('with `restore` a user whom the server knows is signed in at the start', async ({
  app,
  server,
}) => {
  const options = { restore: true }
  expect((await app.open('/desk', { options })).status).toBe('signed-in')
  expect((await app.open('/desk', { options })).status).toBe('signed-in')
  expect(server.requests('authorize')).toHaveLength(1)
})

/** A server that knows its users by a cookie, which its login page sets. */
async function knowing(host: string) {
  const cookies: (string | null)[] = []
  const { origin, close } = await serve(
    async (request) => {
      const { pathname } = new URL(request.url)
      const cookie = request.headers.get('cookie')
      const headers = { 'content-type': 'text/html', 'set-cookie': 'sid=1; Path=/' }
      if (pathname === '/login') return new Response('<!doctype html><h1>Hello</h1>', { headers })
      if (pathname === '/authorize') cookies.push(cookie)
      if (cookie) delete mock.options.silent
      else mock.options.silent = 'login_required'
      return mock.fetch(request)
    },
    { host },
  )
  const mock = createMockServer({ issuer: origin })
  return { origin, cookies, [Symbol.asyncDispose]: close }
}

test('`restore` finds the session of a server on the same site', async ({ app, webkit }) => {
  await using server = await knowing('localhost')
  await webkit.open(`${server.origin}/login`)
  const options = { restore: true, issuer: server.origin }
  expect((await app.open('/', { options })).status).toBe('signed-in')
  expect(server.cookies).toEqual(['sid=1'])
})

test('a server whose cookies are blocked is asked once, and the user is signed out', async ({
  app,
  webkit,
}) => {
  await using server = await knowing('127.0.0.1')
  await webkit.open(`${server.origin}/login`)
  const options = { restore: true, issuer: server.origin }
  expect(await app.open('/', { options })).toEqual({ status: 'signed-out' })
  expect(await app.open('/', { options })).toEqual({ status: 'signed-out' })
  expect(server.cookies).toEqual([null])
  await app.signIn()
  expect(server.cookies).toEqual([null, 'sid=1'])
})
