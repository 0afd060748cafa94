import { expect, test as base } from '@playwright/test'
import {
  curity,
  duende,
  nextjsAuth0,
  type BackendPreset,
} from '../../src/with-backend/presets/index.js'
import {
  auth0Backend,
  curityBackend,
  duendeBackend,
  type OtherBackend,
} from '../support/other-backends.js'

// What a preset makes of the answers of a backend of another make.

const at = 'https://app.example/of/another'

/** The platform's `fetch` of this test goes to the other backend, with its cookie. */
const test = base.extend<{ reach: <Other extends OtherBackend>(other: Other) => Other }>({
  // eslint-disable-next-line no-empty-pattern
  reach: async ({}, use) => {
    const { fetch } = globalThis
    await use((other) => {
      globalThis.fetch = async (url, init) => {
        const headers = new Headers(init?.headers)
        if (other.session) headers.set('cookie', `other-session=${other.session}`)
        const request = new Request(url as string, { ...init, headers })
        return (await other.handle(request)) ?? new Response(null, { status: 404 })
      }
      return other
    })
    globalThis.fetch = fetch
  },
})

const post = (body: object): RequestInit => ({ method: 'POST', body: JSON.stringify(body) })

/** What a page is told by a route. */
async function told(preset: BackendPreset, route: string, init: RequestInit = {}): Promise<object> {
  const answer = await preset.fetch(`${at}/${route}`, init)
  expect(answer.headers.get('x-pixy-auth')).toBe('1')
  return (await answer.json()) as object
}

const presets: [name: string, preset: BackendPreset, make: () => OtherBackend, path: string][] = [
  ['Duende', duende, duendeBackend, '/user'],
  ['Auth0 for Next.js', nextjsAuth0, auth0Backend, '/profile'],
  ['Curity', curity, curityBackend, '/session'],
]

for (const [name, preset, make, path] of presets) {
  test(`${name}: no session is an error only for a refresh`, async ({ reach }) => {
    reach(make())
    expect(await told(preset, 'session')).toEqual({ status: 'signed-out' })
    expect(await told(preset, 'session', post({ refresh: true }))).toMatchObject({
      error: { code: 'session_ended' },
    })
  })

  test(`${name}: a backend that is down or missing is an error, not a sign-out`, async ({
    reach,
  }) => {
    const other = reach(make())
    other.session = 'one'
    for (const [status, code] of [
      [503, 'server_error'],
      [404, 'invalid_response'],
    ] as const) {
      other.answer = (at) => (at === path ? new Response('<html>', { status }) : undefined)
      expect(await told(preset, 'session')).toMatchObject({ error: { code } })
    }
    other.answer = () => new Response('<!doctype html><p>The app')
    expect(await told(preset, 'session')).toMatchObject({ error: { code: 'invalid_response' } })
  })

  test(`${name}: a missed sign-out is made later without leaving the page`, async ({ reach }) => {
    const other = reach(make())
    other.session = 'one'
    expect(await told(preset, 'sign-out', post({}))).toEqual({})
    expect(other.session).toBeUndefined()
    expect(await told(preset, 'sign-out', post({}))).toEqual({})
  })
}

for (const [name, preset] of presets.slice(0, 2))
  test(`${name}: the return URL is a path of the app`, async () => {
    const url = new URL(`${at}/sign-in`)
    url.searchParams.set('returnTo', 'https://app.example/deep?a=1#b')
    const { pathname, searchParams } = new URL(await preset.signInUrl(url))
    expect(pathname).toBe('/of/another/login')
    expect([...searchParams.values()]).toEqual(['/deep?a=1#b'])
  })

/** Where a preset has the backend take the user back to. */
async function wayBack(preset: BackendPreset, returnTo: string): Promise<string> {
  const kept = new Map<string, string>()
  const setItem = (name: string, value: string): void => void kept.set(name, value)
  Object.assign(globalThis, { sessionStorage: { setItem } })
  const url = new URL(`${at}/sign-in`)
  url.searchParams.set('returnTo', returnTo)
  const { searchParams } = new URL(await preset.signInUrl(url))
  Reflect.deleteProperty(globalThis, 'sessionStorage')
  const [json = '{}'] = kept.values()
  const left = JSON.parse(json) as { returnTo?: string }
  return left.returnTo ?? searchParams.get('returnUrl') ?? searchParams.get('returnTo') ?? ''
}

for (const [name, preset, make] of presets)
  test(`${name}: the return URL never names another host`, async ({ reach }) => {
    const other = reach(make())
    other.answer = () => Response.json({ authorization_url: 'https://id.example/?state=one' })
    for (const returnTo of [
      'https://app.example//evil.example/?a=1#b',
      'https://app.example///evil.example/?a=1#b',
      String.raw`https://app.example/\evil.example/?a=1#b`,
      'https://app.example/.//evil.example/?a=1#b',
      'https://app.example/x/..//evil.example/?a=1#b',
    ])
      expect(await wayBack(preset, returnTo), returnTo).toBe('/evil.example/?a=1#b')
  })

test('Duende is asked whether its session has ended after a refused call', async ({ reach }) => {
  const other = reach(duendeBackend())
  const { fetch } = globalThis
  globalThis.fetch = async (url, init) =>
    fetch(String(url).replace('/api/bff', '/of/another'), init)
  const backend = new URL('https://app.example/api/bff')
  const called = 'https://app.example/orders/'
  const answered = await duende.fetch(`${backend.href}/api/orders/`, {}, called, backend)
  expect(answered.headers.get('x-pixy-auth')).toBe('1')
  expect(other.asked.at(-1)).toBe('GET /of/another/user')
})

test('a wrong or failed answer of Curity begins no sign-in', async ({ reach }) => {
  const other = reach(curityBackend())
  const url = new URL(`${at}/sign-in?returnTo=/`)
  for (const [answer, code] of [
    [Response.json({}), 'invalid_response'],
    [Response.json({ authorization_url: 'javascript:alert(1)' }), 'invalid_response'],
    [Response.json({ authorization_url: 'http://id.example/authorize' }), 'invalid_response'],
    [new Response('<!doctype html><p>The app'), 'invalid_response'],
    [Response.json({ error_code: 'invalid_request' }, { status: 400 }), 'oauth_error'],
    [new Response(null, { status: 503 }), 'server_error'],
  ] as const) {
    other.answer = () => answer
    await expect(curity.signInUrl(url)).rejects.toMatchObject({ code })
  }
  globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'))
  await expect(curity.signInUrl(url)).rejects.toMatchObject({ code: 'network' })
})

test('Curity gives the page no token, and a session needs a user name', async ({ reach }) => {
  const other = reach(curityBackend())
  expect(await told(curity, 'token', post({}))).toMatchObject({ error: { code: 'unsupported' } })
  other.answer = () => Response.json({ is_logged_in: true })
  expect(await told(curity, 'session')).toMatchObject({ error: { code: 'invalid_response' } })
})

test('refresh() makes Curity renew its cookies', async ({ reach }) => {
  const other = reach(curityBackend())
  other.session = 'one'
  const refreshed = await told(curity, 'session', post({ refresh: true }))
  expect(refreshed).toMatchObject({ status: 'signed-in', id: 'user-1 1764000000' })
  expect(other.asked).toEqual(['POST /of/another/refresh', 'GET /of/another/session'])
  other.isRefused = true
  expect(await told(curity, 'session', post({ refresh: true }))).toMatchObject({
    error: { code: 'session_ended' },
  })
})

test('a stream is not sent again to an API of Curity', async ({ reach }) => {
  const other = reach(curityBackend())
  Object.assign(other, { session: 'one', isExpired: true })
  const init = { method: 'POST', body: new Blob(['x']).stream(), duplex: 'half' } as RequestInit
  const backend = new URL(at)
  const called = 'https://app.example/orders/'
  expect((await curity.fetch(`${at}/api/orders/`, init, called, backend)).status).toBe(401)
  expect(other.asked).toEqual(['POST /orders/'])
})

test('Duende gives the page no token, and takes only the option prompt', async ({ reach }) => {
  reach(duendeBackend())
  expect(await told(duende, 'token', post({}))).toMatchObject({ error: { code: 'unsupported' } })
  expect(() => duende.signInUrl(new URL(`${at}/sign-in?acrValues=strong`))).toThrow('set up')
})

test('an answer of null by Duende is no user', async ({ reach }) => {
  reach(duendeBackend()).answer = () => Response.json(null)
  expect(await told(duende, 'session')).toEqual({ status: 'signed-out' })
})

test('a 204 by Auth0 for Next.js is no user', async ({ reach }) => {
  reach(auth0Backend()).answer = () => new Response(null, { status: 204 })
  expect(await told(nextjsAuth0, 'session')).toEqual({ status: 'signed-out' })
})

test('Auth0 for Next.js is asked for a token of a scope and audience', async ({ reach }) => {
  const other = reach(auth0Backend())
  expect(await told(nextjsAuth0, 'token', post({}))).toMatchObject({
    error: { code: 'session_ended' },
  })
  other.session = 'one'
  const asked = { scope: 'orders', resource: 'https://api.example' }
  expect(await told(nextjsAuth0, 'token', post(asked))).toEqual({
    token: 'token for orders',
    expiresIn: expect.any(Number),
  })
  expect(other.asked.at(-1)).toContain('scope=orders&audience=https%3A%2F%2Fapi.example')
  other.answer = () =>
    Response.json({ error: { code: 'failed_to_refresh_token' } }, { status: 401 })
  expect(await told(nextjsAuth0, 'token', post({}))).toEqual({
    error: { code: 'oauth_error', hint: 'It said "failed_to_refresh_token".' },
  })
})
