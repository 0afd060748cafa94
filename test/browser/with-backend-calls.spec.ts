import { backendCalls, expect, test } from '../support/with-backend.js'

// Calls of a page whose tokens a backend keeps: through the backend, or with a token that it lends.

test('a session costs one request on load, and none for a call', async ({ app, api, world }) => {
  await app.open('/')
  await app.signIn()
  const calls = backendCalls(app, world)
  await app.reload()
  expect(calls).toEqual(['GET session'])
  for (const path of ['orders/1?x=a%20b', 'orders/2', 'orders/'])
    expect(await app.fetch(`${api.origin}/${path}`)).toMatchObject({ value: { status: 200 } })
  expect(calls.slice(1)).toEqual(['GET api/orders/1', 'GET api/orders/2', 'GET api/orders/'])
  expect(api.asked[0]).toBe('GET /orders/1?x=a%20b with good token')
})

test('a call through the backend sends its body, its headers and its method', async ({
  app,
  api,
}) => {
  await app.open('/')
  await app.signIn()
  const seen: unknown[] = []
  api.answer = async (request) => {
    const { method, headers } = request
    seen.push(method, headers.get('content-type'), headers.get('x-own'), headers.get('x-pixy-auth'))
    seen.push(headers.get('x-pixy-auth-user'))
    return new Response(await request.text(), { status: 201, headers: { 'x-answer': 'yes' } })
  }
  const init = { method: 'PUT', body: 'héllo', headers: { 'content-type': 'text/x', 'x-own': '1' } }
  expect((await app.fetch(`${api.origin}/orders/1`, init)).value).toMatchObject({
    status: 201,
    body: 'héllo',
    headers: { 'x-answer': 'yes' },
  })
  expect(seen).toEqual(['PUT', 'text/x', '1', null, null])
})

test('an API’s error is an answer, a refusal of the backend is an error', async ({ app, api }) => {
  await app.open('/')
  await app.signIn()
  api.answer = () =>
    Response.json({ error: { code: 'config' } }, { status: 403, headers: { 'x-pixy-auth': '1' } })
  expect(await app.fetch(`${api.origin}/orders/1`)).toMatchObject({ value: { status: 403 } })
  api.answer = () => new Response(null, { status: 302, headers: { location: '/x' } })
  expect((await app.fetch(`${api.origin}/orders/1`)).error?.code).toBe('url_not_allowed')
  api.answer = undefined
  expect((await app.fetch(`${api.origin}/orders/a%2f..%2fb`)).error?.code).toBe('url_not_allowed')
})

test('simultaneous calls of the page share one token, which no storage holds', async ({
  app,
  api,
  world,
}) => {
  await app.open('/')
  await app.signIn()
  const calls = backendCalls(app, world)
  const urls = Array.from({ length: 20 }, (_, index) => `${api.origin}/rest/${index}`)
  const statuses = await app.page.evaluate(
    (all) => Promise.all(all.map(async (url) => (await window.auth.fetch(url)).status)),
    urls,
  )
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(calls).toEqual(['POST token'])
  const dump = await app.dump()
  for (const secret of world.server.secrets) expect(dump).not.toContain(secret)
})

test('a token that an API refuses is renewed once, and the call sent once more', async ({
  app,
  api,
  world,
}) => {
  await app.open('/')
  await app.signIn()
  await app.fetch(`${api.origin}/rest/1`)
  world.server.expireAccessTokens()
  const init = { method: 'POST', body: 'x' }
  expect(await app.fetch(`${api.origin}/rest/2`, init)).toMatchObject({ value: { status: 200 } })
  expect(api.asked.slice(1)).toEqual(['POST /rest/2 with no token', 'POST /rest/2 with good token'])
  const calls = backendCalls(app, world)
  api.answer = () => new Response(null, { status: 401 })
  expect(await app.fetch(`${api.origin}/rest/3`)).toMatchObject({ value: { status: 401 } })
  expect(calls).toEqual([])
})

const demands = [
  [401, 'insufficient_user_authentication', 'step_up_required'],
  [403, 'insufficient_scope', 'insufficient_scope'],
] as const

test('an API that wants a stronger sign-in rejects the call with what it wants', async ({
  app,
  api,
}) => {
  await app.open('/')
  await app.signIn()
  for (const [status, error, code] of demands) {
    const headers = {
      'www-authenticate': `Bearer error="${error}"`,
      'access-control-expose-headers': 'www-authenticate',
    }
    api.answer = () => new Response(null, { status, headers })
    for (const path of ['orders/1', 'rest/1'])
      expect((await app.fetch(`${api.origin}/${path}`)).error?.code, path).toBe(code)
  }
})

test('the page gets no token for an API that the backend calls', async ({ app, api }) => {
  await app.open('/')
  await app.signIn()
  expect((await app.token({ url: `${api.origin}/orders/1` })).error?.code).toBe('unsupported')
  const { value = '' } = await app.token({ url: `${api.origin}/rest/1` })
  expect(value.length).toBeGreaterThan(10)
})
