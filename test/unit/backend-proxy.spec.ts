import { expect } from '@playwright/test'
import { serve } from '../support/node-server.js'
import {
  outcomes,
  refusalOf,
  signedIn,
  test as base,
  type Browser,
  type World,
} from '../support/backend.js'

interface Api {
  /** What the API got. */
  readonly asked: Request[]
  answer: (request: Request) => Response | Promise<Response>
}

const test = base.extend<{ api: Api; user: Browser }>({
  api: async ({ world }, use) => {
    const api: Api = { asked: [], answer: () => Response.json({ is: 'here' }) }
    const served = await serve(async (request) => {
      api.asked.push(request)
      return api.answer(request)
    })
    const resources = { orders: { url: `${served.origin}/v1/` } }
    world.deploy({ resources })
    await use(api)
    await served.close()
  },
  user: async ({ world, api }, use) => {
    expect(api.asked).toEqual([])
    await use(await signedIn(world))
  },
})

/** Whether the API got a token that counts. */
const isAllowed = ({ server }: World, { headers }: Request): boolean =>
  !!server.verify(headers.get('authorization')?.replace('Bearer ', '') ?? '')

test('the backend adds the token to a call, and the page gets none', async ({
  world,
  api,
  user: browser,
}) => {
  const answer = await browser.call('api/orders/open?page=2&q=a%2Fb')
  expect(await answer.json()).toEqual({ is: 'here' })
  const [got] = api.asked
  const url = got?.url ?? ''
  expect(new URL(url).pathname + new URL(url).search).toBe('/v1/open?page=2&q=a%2Fb')
  expect(got && isAllowed(world, got)).toBe(true)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(await refusalOf(await browser.call('token', {}))).toEqual([403, 'url_not_allowed'])
})

test('neither cookies nor headers of the connection are passed on', async ({
  api,
  user: browser,
}) => {
  api.answer = () =>
    new Response('x', {
      headers: {
        'set-cookie': 'pixy-auth=stolen',
        'clear-site-data': '"*"',
        'access-control-allow-origin': '*',
        'x-own': '1',
      },
    })
  const answer = await browser.call('api/orders/x', undefined, {
    authorization: 'Bearer of-the-page',
    'x-forwarded-for': '1.2.3.4',
    'x-own': '2',
  })
  const headers = api.asked[0]?.headers
  for (const name of ['cookie', 'x-forwarded-for', 'x-pixy-auth', 'sec-fetch-site'])
    expect(headers?.get(name), name).toBeNull()
  expect(headers?.get('authorization')).not.toContain('of-the-page')
  expect(headers?.get('x-own')).toBe('2')
  for (const name of ['set-cookie', 'clear-site-data', 'access-control-allow-origin'])
    expect(answer.headers.get(name), name).toBeNull()
  expect(answer.headers.get('x-own')).toBe('1')
  expect(answer.headers.get('content-security-policy')).toContain('sandbox')
})

test('headers in which an API sets policy for its origin are not passed on', async ({
  api,
  user: browser,
}) => {
  const names = [
    ['Set-Cookie', 'Set-Cookie2', 'Set-Login', 'Sec-Session-Registration'],
    ['Secure-Session-Registration', 'Clear-Site-Data', 'Service-Worker-Allowed', 'Refresh'],
    ['Strict-Transport-Security', 'Public-Key-Pins', 'Public-Key-Pins-Report-Only', 'Expect-CT'],
    ['Alt-Svc', 'Accept-CH', 'Accept-CH-Lifetime', 'Critical-CH', 'Origin-Agent-Cluster'],
    ['NEL', 'Report-To', 'Reporting-Endpoints', 'Content-Security-Policy-Report-Only'],
    ['Use-As-Dictionary', 'Attribution-Reporting-Register-Source'],
    ['Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials'],
  ].flat()
  const passed = ['WWW-Authenticate', 'ETag', 'Link', 'Location', 'Retry-After', 'X-Own']
  const said = [...names, ...passed].map((name): [string, string] => [name, 'said'])
  api.answer = () => new Response('x', { headers: said })
  const { headers } = await browser.call('api/orders/x')
  for (const name of names) expect(headers.get(name), name).toBeNull()
  for (const name of passed) expect(headers.get(name), name).toBe('said')
})

test('after a 401 the token is renewed once, and the call is sent once more', async ({
  world,
  api,
  user: browser,
}) => {
  api.answer = async (request) =>
    isAllowed(world, request)
      ? new Response(`${request.method} ${await request.text()}`)
      : new Response(null, { status: 401 })
  world.server.expireAccessTokens()
  const headers = { 'x-pixy-auth': '1', origin: world.app }
  const init = { method: 'PUT', body: 'hello', headers }
  expect(await (await browser.send('/auth/api/orders/1', init)).text()).toBe('PUT hello')
  expect(api.asked).toHaveLength(2)
  expect(outcomes(world)).toEqual(['rotated'])
})

test('an API that refuses every token costs one refresh in half a minute', async ({
  world,
  api,
  user: browser,
}) => {
  api.answer = () => new Response(null, { status: 401 })
  const answers = Array.from({ length: 5 }, () => browser.call('api/orders/1'))
  for (const { status } of await Promise.all(answers)) expect(status).toBe(401)
  expect((await browser.call('api/orders/2')).status).toBe(401)
  expect(outcomes(world)).toEqual(['rotated'])
  // Each of the first five was sent once more, with the new token.
  expect(api.asked).toHaveLength(11)
})

test('bodies are streamed both ways', async ({ api, user: browser, world }) => {
  const seen: string[] = []
  // The API answers while the page still sends.
  api.answer = ({ body }) => new Response(body?.pipeThrough(new TransformStream()))
  let send: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({ start: (controller) => void (send = controller) })
  const headers = { 'x-pixy-auth': '1', origin: world.app }
  const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
  send?.enqueue(new TextEncoder().encode('one'))
  const answer = await browser.send('/auth/api/orders/echo', init)
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
  seen.push((await reader?.read())?.value ?? '')
  send?.enqueue(new TextEncoder().encode('two'))
  seen.push((await reader?.read())?.value ?? '')
  send?.close()
  expect(seen).toEqual(['one', 'two'])
  expect((await reader?.read())?.done).toBe(true)
})

test('T49: only listed APIs are called, and no path leads out of theirs', async ({
  api,
  user: browser,
}) => {
  for (const path of ['other/x', 'https://evil.example/', '//evil.example', 'constructor/x'])
    expect((await browser.call(`api/${path}`)).status, path).toBe(404)
  for (const path of [
    '%2e%2e%2fadmin',
    '..%2fadmin',
    '..;/admin',
    'a%2fb',
    'a%5cb',
    '/evil.example',
  ])
    expect(await refusalOf(await browser.call(`api/orders/${path}`)), path).toEqual([
      400,
      'url_not_allowed',
    ])
  // The URL parser resolves these before: they are no call to an API.
  expect((await browser.call('api/orders/../../session')).status).toBe(200)
  expect(api.asked).toEqual([])
})

test('a redirect of the API is neither followed nor passed on', async ({ api, user: browser }) => {
  api.answer = () => new Response(null, { status: 302, headers: { location: '/v2' } })
  const answer = await browser.call('api/orders/x')
  expect(answer.headers.get('location')).toBeNull()
  expect(await refusalOf(answer)).toEqual([403, 'url_not_allowed'])
  expect(api.asked).toHaveLength(1)
})

test('a redirect of a streamed call is neither followed nor passed on', async ({
  api,
  user: browser,
  world,
}) => {
  api.answer = () => new Response(null, { status: 302, headers: { location: '/v2' } })
  const headers = { 'x-pixy-auth': '1', origin: world.app }
  const body = new Blob(['one']).stream()
  const init = { method: 'POST', body, headers, duplex: 'half' } as RequestInit
  const answer = await browser.send('/auth/api/orders/x', init)
  const { error } = (await answer.json()) as { error: { code: string; hint: string } }
  expect(error).toMatchObject({ code: 'network', hint: expect.stringContaining('redirects') })
  expect(api.asked).toHaveLength(1)
})

test('a call of another origin, or of no session, reaches no API', async ({
  api,
  user: browser,
  world,
}) => {
  const headers = { 'x-pixy-auth': '1' }
  const elsewhere = await browser.send('/auth/api/orders/x', { headers }, 'same-site')
  expect(await refusalOf(elsewhere)).toEqual([403, 'config'])
  expect(await refusalOf(await browser.send('/auth/api/orders/x'))).toEqual([403, 'config'])
  expect(await refusalOf(await world.browser().call('api/orders/x'))).toEqual([
    401,
    'not_signed_in',
  ])
  expect(api.asked).toEqual([])
})

test('an API that is down ends no session', async ({ api, user: browser }) => {
  api.answer = () => Promise.reject(Object.assign(new Error('cut'), { name: 'ConnectionReset' }))
  expect(await refusalOf(await browser.call('api/orders/x'))).toEqual([503, 'network'])
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
})
