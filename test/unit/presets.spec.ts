import { expect, test as base } from '@playwright/test'
import { duende, nextjsAuth0, type BackendPreset } from '../../src/with-backend/presets/index.js'
import { auth0Backend, duendeBackend, type OtherBackend } from '../support/other-backends.js'

// What a preset makes of the answers of a backend of another make.

const at = 'https://app.example/of/another'

/** The platform's `fetch` of this test goes to the other backend, with its cookie. */
const test = base.extend<{ reach: (other: OtherBackend) => OtherBackend }>({
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
]

for (const [name, preset, make, path] of presets) {
  test(`${name}: no session is no error, unless one was to be renewed`, async ({ reach }) => {
    reach(make())
    expect(await told(preset, 'session')).toEqual({ status: 'signed-out' })
    expect(await told(preset, 'session', post({ refresh: true }))).toMatchObject({
      error: { code: 'session_ended' },
    })
  })

  test(`${name}: a backend that is down, or is none, says nothing of the session`, async ({
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

  test(`${name}: a sign-out that was missed is made up for without a visit`, async ({ reach }) => {
    const other = reach(make())
    other.session = 'one'
    expect(await told(preset, 'sign-out', post({}))).toEqual({})
    expect(other.session).toBeUndefined()
    expect(await told(preset, 'sign-out', post({}))).toEqual({})
  })

  test(`${name}: the way back is a path of the app`, () => {
    const url = new URL(`${at}/sign-in`)
    url.searchParams.set('returnTo', 'https://app.example/deep?a=1#b')
    const { pathname, searchParams } = new URL(preset.signInUrl(url))
    expect(pathname).toBe('/of/another/login')
    expect([...searchParams.values()]).toEqual(['/deep?a=1#b'])
  })
}

test('Duende gives no token, and takes no other option than prompt', async ({ reach }) => {
  reach(duendeBackend())
  expect(await told(duende, 'token', post({}))).toMatchObject({ error: { code: 'unsupported' } })
  expect(() => duende.signInUrl(new URL(`${at}/sign-in?acrValues=strong`))).toThrow('set up')
})

test('Duende that answers null for no user shows none', async ({ reach }) => {
  reach(duendeBackend()).answer = () => Response.json(null)
  expect(await told(duende, 'session')).toEqual({ status: 'signed-out' })
})

test('Auth0 for Next.js that answers 204 for no user shows none', async ({ reach }) => {
  reach(auth0Backend()).answer = () => new Response(null, { status: 204 })
  expect(await told(nextjsAuth0, 'session')).toEqual({ status: 'signed-out' })
})

test('a token of Auth0 for Next.js is of the scope and audience asked for', async ({ reach }) => {
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
