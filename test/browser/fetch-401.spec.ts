import { expect } from '../fixture.js'
import { inParts, test } from '../words-fetch.js'

test.beforeEach(async ({ app }) => {
  await app.open()
  await app.signIn()
})

const bearer = (headers: { get(name: string): string | null }): string =>
  headers.get('authorization')?.replace('Bearer ', '') ?? ''

const challenges: [name: string, exposes: boolean, headers: Record<string, string>][] = [
  ['that says invalid_token', true, { 'www-authenticate': 'Bearer error="invalid_token"' }],
  [
    'that says so without quotes',
    true,
    { 'www-authenticate': 'Bearer realm="a", error=invalid_token' },
  ],
  [
    'that says so where CORS hides it',
    false,
    { 'www-authenticate': 'Bearer error="invalid_token"' },
  ],
  ['that only names the scheme', true, { 'www-authenticate': 'Bearer' }],
  ['without a challenge', true, {}],
]

for (const [name, exposes, headers] of challenges)
  test(`a 401 ${name} costs one refresh and one retry`, async ({ app, api, server }) => {
    api.exposes = exposes
    api.handler = (request) =>
      server.verify(bearer(request.headers))
        ? undefined
        : new Response('', { status: 401, headers })
    server.expireAccessTokens()
    expect(await app.fetch(`${api.url}me`)).toMatchObject({ value: { status: 200 } })
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
    expect(new Set(api.seen.map(({ headers }) => headers.authorization)).size).toBe(2)
    expect(api.seen).toHaveLength(2)
  })

test('an API that says 401 for ever is asked twice, then once, and costs one refresh in 30 s', async ({
  app,
  api,
  server,
}) => {
  api.handler = () => Response.json({ reason: 'closed' }, { status: 401 })
  const ask = () => app.fetch(`${api.url}me`)
  const refused = { value: { status: 401, ok: false, body: '{"reason":"closed"}' } }
  expect(await ask()).toMatchObject(refused)
  expect([api.seen.length, server.refreshTokenUses.length]).toEqual([2, 1])
  for (const seen of [3, 4]) {
    expect(await ask()).toMatchObject(refused)
    expect([api.seen.length, server.refreshTokenUses.length]).toEqual([seen, 1])
  }
  const pass = (seconds: number) =>
    app.page.evaluate((ms) => {
      const now = Date.now.bind(Date)
      Date.now = () => now() + ms
    }, seconds * 1000)
  await pass(20)
  await ask()
  expect([api.seen.length, server.refreshTokenUses.length]).toEqual([5, 1])
  await pass(11)
  expect(await ask()).toMatchObject(refused)
  expect([api.seen.length, server.refreshTokenUses.length]).toEqual([7, 2])
  expect(await app.state()).toMatchObject({ status: 'signed-in' })
})

test('the 30 s are shared by tabs and outlive a reload', async ({
  app,
  api,
  server,
  secondTab,
}) => {
  api.handler = () => new Response('', { status: 401 })
  await app.fetch(`${api.url}me`)
  const other = await secondTab()
  await other.fetch(`${api.url}me`)
  await app.reload()
  await app.fetch(`${api.url}me`)
  expect(server.refreshTokenUses).toHaveLength(1)
  expect(api.seen).toHaveLength(4)
})

const others: [status: number, challenge: string][] = [
  [401, 'Bearer error="insufficient_scope", scope="admin"'],
  [401, 'Bearer error="insufficient_user_authentication", acr_values="gold"'],
  [401, 'Bearer error="invalid_request"'],
  [403, 'Bearer error="insufficient_scope"'],
  [403, 'Bearer error="invalid_token"'],
  [403, ''],
  [400, 'Bearer error="invalid_request"'],
  [500, 'Bearer error="invalid_token"'],
]

for (const [status, challenge] of others)
  test(`${status} ${challenge} is the app’s: no refresh, no retry`, async ({
    app,
    api,
    server,
  }) => {
    api.handler = () => new Response('why', { status, headers: { 'www-authenticate': challenge } })
    const { value } = await app.fetch(`${api.url}me`)
    expect(value).toMatchObject({ status, body: 'why' })
    expect(server.refreshTokenUses).toEqual([])
    expect(api.seen).toHaveLength(1)
  })

const bodies: [name: string, make: (url: string) => [RequestInfo, RequestInit?]][] = [
  ['text', (url) => [url, { method: 'POST', body: 'Zoë 🦄 \r\n\0' }]],
  ['bytes', (url) => [url, { method: 'PUT', body: new Uint8Array([0, 255, 128, 13, 10]) }]],
  ['a form', (url) => [url, { method: 'POST', body: new URLSearchParams({ a: 'ü b' }) }]],
  ['a Blob', (url) => [url, { method: 'POST', body: new Blob(['ab'], { type: 'image/png' }) }]],
  ['a Request', (url) => [new Request(url, { method: 'PATCH', body: '{"a":"ü"}' })]],
  [
    'FormData',
    (url) => {
      const body = new FormData()
      body.append('file', new File([new Uint8Array([0, 255, 13, 10])], 'ä.bin'))
      return [url, { method: 'POST', body }]
    },
  ],
]

for (const [name, make] of bodies)
  test(`${name} is sent again byte by byte`, async ({ app, server, shop }) => {
    shop.answer = ({ headers }) =>
      new Response('', { status: server.verify(bearer(new Headers(headers))) ? 200 : 401 })
    server.expireAccessTokens()
    const { value } = await app.attempt(
      async ([source, url]: readonly [string, string]) => {
        // eslint-disable-next-line no-eval -- the table's own function, sent to the page as text
        const [input, init] = (0, eval)(`(${source})`)(url) as [RequestInfo, RequestInit?]
        return (await window.auth.fetch(input, init)).status
      },
      [make.toString(), shop.url] as const,
    )
    expect(value).toBe(200)
    const told = shop.arrived.map(({ method, headers, bytes }) => {
      const { authorization: _, ...rest } = headers
      return { method, rest, bytes: bytes.toString('latin1') }
    })
    expect(told).toHaveLength(2)
    expect(told[0]?.bytes).not.toBe('')
    expect(told[1]).toEqual(told[0])
  })

test('a stream cannot be sent again: the 401 is the app’s', async ({ app, server, shop }) => {
  // Engines upload streams by HTTP/2 only, or not at all: the stream is poured out just before the network.
  await app.page.evaluate(() => {
    const real = window.fetch.bind(window)
    window.fetch = async (input, { body, ...init } = {}) => {
      const streamed = body instanceof ReadableStream
      return real(input, {
        ...init,
        body: streamed ? await new Response(body).text() : (body ?? null),
      })
    }
  })
  shop.answer = ({ headers }) =>
    new Response('why', { status: server.verify(bearer(new Headers(headers))) ? 200 : 401 })
  server.expireAccessTokens()
  const { value } = await app.attempt(async (url: string) => {
    const init = { method: 'POST', body: new Blob(['once']).stream(), duplex: 'half' }
    const response = await window.auth.fetch(url, init as RequestInit)
    return [response.status, await response.text()]
  }, shop.url)
  expect(value).toEqual([401, 'why'])
  expect(shop.arrived.map(({ bytes }) => bytes.toString())).toEqual(['once'])
})

test('fifty calls that meet a 401 at once cost one refresh', async ({ app, api, server }) => {
  server.expireAccessTokens()
  const { value } = await app.attempt(async (url: string) => {
    const calls = Array.from({ length: 50 }, () => window.auth.fetch(url))
    return (await Promise.all(calls)).map(({ status }) => status)
  }, `${api.url}me`)
  expect(value).toEqual(Array.from({ length: 50 }, () => 200))
  expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  expect(new Set(api.seen.map(({ headers }) => headers.authorization)).size).toBe(2)
})

test('a 401 that comes late, after another call has refreshed, costs no second refresh', async ({
  app,
  server,
  shop,
}) => {
  let refuse = (): void => {}
  const late = new Promise<Response>((resolve) => {
    refuse = () => resolve(new Response('', { status: 401 }))
  })
  shop.answer = ({ path, headers }) => {
    if (path.endsWith('late') && shop.arrived.length === 1) return late
    return new Response('', { status: server.verify(bearer(new Headers(headers))) ? 200 : 401 })
  }
  server.expireAccessTokens()
  const slow = app.fetch(`${shop.url}late`)
  await expect.poll(() => shop.arrived.length).toBe(1)
  expect(await app.fetch(`${shop.url}soon`)).toMatchObject({ value: { status: 200 } })
  refuse()
  expect(await slow).toMatchObject({ value: { status: 200 } })
  expect(server.refreshTokenUses).toHaveLength(1)
})

test('a 401 from a place that is not listed refreshes nothing, though it names the token', async ({
  app,
  server,
  shop,
}) => {
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  shop.answer = () => new Response('why', { status: 401, headers })
  expect(await app.fetch(shop.aside)).toMatchObject({ value: { status: 401, body: 'why' } })
  expect(server.refreshTokenUses).toEqual([])
  expect(shop.arrived.map((it) => it.headers.authorization)).toEqual([undefined])
})

test('a refresh that fails for now leaves the 401 to the app, and the session', async ({
  app,
  api,
  server,
}) => {
  server.expireAccessTokens()
  server.fail('token', { status: 502, body: 'bad gateway', handled: false }, Infinity)
  const { value } = await app.fetch(`${api.url}me`)
  expect(value).toMatchObject({ status: 401 })
  expect(api.seen).toHaveLength(1)
  await app.becomes('stale')
})

test('a refresh that ends the session leaves the 401 to the app, and says so', async ({
  app,
  api,
  server,
}) => {
  server.revokeGrants()
  const { value } = await app.fetch(`${api.url}me`)
  expect(value).toMatchObject({ status: 401 })
  await app.becomes('signed-out')
  const { value: code } = await app.attempt(() => {
    const { state } = window.auth
    return state.status === 'signed-out' && state.error?.code
  })
  expect(code).toBe('session_ended')
})

test('the body of the refused answer is let go before the retry', async ({ app, server, shop }) => {
  shop.answer = ({ headers }) => {
    if (server.verify(bearer(new Headers(headers)))) return new Response('yes')
    const { response, send } = inParts()
    send('no')
    return new Response(response.body, { status: 401 })
  }
  server.expireAccessTokens()
  expect(await app.fetch(shop.url)).toMatchObject({ value: { status: 200, body: 'yes' } })
  await expect.poll(() => shop.arrived[0]?.gone.aborted).toBe(true)
})
