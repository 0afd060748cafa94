import { expect } from '@playwright/test'
import { createBackend } from '../../src/backend/index.js'
import { createSeal } from '../../src/backend/seal.js'
import {
  Browser,
  clientId,
  clientSecret,
  refusalOf,
  secret,
  signedIn,
  test,
} from '../support/backend.js'

const routes = [
  ['GET', 'session'],
  ['POST', 'session'],
  ['POST', 'token'],
  ['POST', 'sign-out'],
] as const

for (const [method, route] of routes) {
  const send = (browser: Browser, headers: Record<string, string>): Promise<Response> =>
    browser.send(`/auth/${route}`, { method, headers: { 'x-pixy-auth': '1', ...headers } })

  test(`T46: ${method} ${route} is for the page of the app alone`, async ({ world }) => {
    const browser = await signedIn(world)
    const others: Record<string, string>[] = [
      { 'x-pixy-auth': '' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': '', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
      { 'sec-fetch-site': '', origin: 'null' },
      ...(method === 'POST' ? [{ 'sec-fetch-site': '' }] : []),
    ]
    for (const headers of others) {
      const answer = await send(browser, { cookie: browser.cookieHeader(), ...headers })
      expect(await refusalOf(answer), JSON.stringify(headers)).toEqual([403, 'config'])
      expect(answer.headers.getSetCookie()).toEqual([])
    }
    expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
    const old = await send(browser, { 'sec-fetch-site': '', origin: world.app })
    expect(old.status).toBe(200)
  })
}

for (const [name, spoil] of Object.entries({
  garbage: () => 'garbage',
  empty: () => '',
  truncated: (cookie: string) => cookie.slice(0, -20),
  'changed in one character': (cookie: string) =>
    cookie.replace(/.(?=.{9}$)/, (last) => (last === 'A' ? 'B' : 'A')),
  'without encryption': () => 'eyJhbGciOiJub25lIn0.eyJkIjp7InYiOjF9fQ.',
}))
  test(`T47: a cookie that is ${name} is ignored`, async ({ world }) => {
    const browser = await signedIn(world)
    // The one that says which session counts, and the session itself.
    for (const index of [0, 1]) {
      const [cookie = ''] = [...browser.cookies.keys()].slice(index)
      const { value = '', sameSite = '' } = browser.cookies.get(cookie) ?? {}
      browser.cookies.set(cookie, { value: spoil(value), sameSite })
      expect(await refusalOf(await browser.call('token', {}))).toEqual([401, 'not_signed_in'])
      await browser.signIn()
      expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
    }
  })

test('what is sealed for one purpose does not open for another', async () => {
  const { seal, unseal } = createSeal([secret], 'a client')
  const text = await seal('transaction', { v: 1 }, 60_000)
  expect(await unseal('transaction', text)).toEqual({ value: { v: 1 }, isOld: false })
  expect(await unseal('session', text)).toBeUndefined()
  expect(await unseal('transaction', await seal('transaction', {}, -1000))).toBeUndefined()
})

test('the cookie of another sign-in finishes no sign-in', async ({ world }) => {
  const browser = world.browser()
  const begin = async (): Promise<string> =>
    (await browser.send('/auth/sign-in')).headers.get('location') ?? ''
  const [first] = [await begin(), await begin()]
  const [one = '', two = ''] = browser.cookies.keys()
  const values = [two, one].map((name) => browser.cookies.get(name) ?? { value: '', sameSite: '' })
  for (const [index, value] of values.entries()) browser.cookies.set([one, two][index] ?? '', value)
  const sent = await fetch(first ?? '', { redirect: 'manual' })
  const callback = sent.headers.get('location') ?? ''
  expect(await refusalOf(await browser.navigate(callback, 'cross-site'))).toEqual([
    400,
    'unknown_transaction',
  ])
})

test('T47: a large session fills several cookies, and those of two users never mix', async ({
  world,
}) => {
  world.server.options.claims = { about: 'x'.repeat(2000) }
  world.server.options.idTokenClaims = ['about']
  const [one, two] = [await signedIn(world), await signedIn(world)]
  expect(one.sessions.length).toBeGreaterThan(1)
  for (const { value } of one.cookies.values()) expect(value.length).toBeLessThan(4000)
  const foreign = two.cookies.get(two.sessions[1] ?? '') ?? { value: '', sameSite: '' }
  one.cookies.set(one.sessions[1] ?? '', foreign)
  expect(await one.json('session')).toEqual({ status: 'signed-out' })
  await one.json('sign-out', {})
  expect(one.sessions).toEqual([])
  world.server.options.claims = {}
  await two.signIn()
  expect(await two.json('session')).toMatchObject({ status: 'signed-in' })
  expect(two.sessions).toHaveLength(1)
})

test('a session that is too large for cookies is an error', async ({ world }) => {
  world.server.options.claims = { about: 'x'.repeat(20_000) }
  world.server.options.idTokenClaims = ['about']
  const browser = world.browser()
  await browser.signIn()
  expect(await browser.json('session')).toMatchObject({
    status: 'signed-out',
    error: { code: 'config', hint: expect.stringContaining('too large') },
  })
})

test('only a browser window may begin or finish a sign-in', async ({ world }) => {
  const browser = world.browser()
  for (const destination of ['iframe', 'image', 'empty', 'script'])
    for (const route of ['sign-in', 'callback']) {
      const headers = { 'sec-fetch-dest': destination }
      const answer = await browser.send(`/auth/${route}`, { headers })
      expect(await refusalOf(answer)).toEqual([403, 'config'])
    }
})

test('another site may link to a sign-in, but set no option of it', async ({ world }) => {
  const browser = world.browser()
  const from = (query: string) => browser.send(`/auth/sign-in?${query}`, {}, 'cross-site')
  expect((await from('returnTo=/here')).status).toBe(302)
  for (const query of ['scope=all', 'prompt=none', 'params={"a":"b"}', 'resource=x'])
    expect(await refusalOf(await from(query))).toEqual([400, 'config'])
})

test('an option of a sign-in that is wrong is refused', async ({ world }) => {
  const browser = world.browser()
  const wrong = ['what=1', 'maxAge=-1', 'maxAge=x', 'params=x', 'params={"state":"x"}']
  for (const query of [...wrong, 'params={"client_secret":"x"}', 'authorizationDetails={}']) {
    const answer = await browser.send(`/auth/sign-in?${query}`)
    expect(await refusalOf(answer), query).toEqual([400, 'config'])
  }
})

test('T50: a callback without a transaction is refused, and changes nothing', async ({ world }) => {
  const browser = await signedIn(world)
  const begun = world.server.requests('token').length
  for (const query of ['', '?code=x', '?code=x&state=y', '?error=access_denied', '?state=px1r'])
    expect(await refusalOf(await browser.navigate(`/auth/callback${query}`, 'cross-site'))).toEqual(
      [400, 'unknown_transaction'],
    )
  expect(world.server.requests('token')).toHaveLength(begun)
  expect(await browser.json('session')).toMatchObject({ status: 'signed-in' })
})

test('unknown paths and methods are refused; other URLs are left to the app', async ({ world }) => {
  const browser = world.browser()
  for (const path of ['', '/', '/session/', '/session/x', '/constructor', '/__proto__'])
    expect(await refusalOf(await browser.send(`/auth${path}`)), path).toEqual([404, 'config'])
  const wrong = await browser.send('/auth/token', { headers: { 'x-pixy-auth': '1' } })
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  for (const path of ['/', '/authority', '/x/auth/session'])
    expect(await (await browser.send(path)).text()).toBe('app')
})

test('a body that is no JSON object, or has no end, is refused', async ({ world }) => {
  const browser = await signedIn(world)
  const headers = { 'x-pixy-auth': '1', origin: world.app }
  const post = (body: string) => browser.send('/auth/token', { method: 'POST', headers, body })
  for (const body of ['{', '[]', '"x"', 'null', 'x'.repeat(300_000)])
    expect((await post(body)).ok, body.slice(0, 9)).toBe(false)
  expect((await post('')).status).toBe(200)
})

test('answers are not cached, and the page after a sign-in loads nothing', async ({ world }) => {
  const browser = world.browser()
  const page = await browser.navigate('/auth/sign-in')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  for (const answer of [page, await browser.call('session'), await browser.call('token', {})]) {
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  }
})

test('with https every cookie is Secure, HttpOnly and bound to this host', async ({ world }) => {
  const url = 'https://app.example/auth'
  const { issuer } = world.server
  world.server.options.redirectUris = [`${url}/callback`]
  const options = { url, issuer, clientId, clientSecret, secrets: secret }
  const backend = createBackend(options)
  // As behind a proxy: nothing of the request but its path counts.
  const get = (path: string, cookie = '') =>
    backend.handle(new Request(`http://10.0.0.1:8080/auth/${path}`, { headers: { cookie } }))
  const start = await get('sign-in')
  const [transaction = ''] = start?.headers.getSetCookie() ?? []
  expect(transaction).toMatch(
    /^__Host-pixy-auth-tx-[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600; Secure$/,
  )
  const sent = await fetch(start?.headers.get('location') ?? '', { redirect: 'manual' })
  const callback = new URL(sent.headers.get('location') ?? '')
  expect(callback.origin).toBe('https://app.example')
  const answer = await get(`callback${callback.search}`, transaction.split(';')[0])
  const [current, session, gone] = answer?.headers.getSetCookie() ?? []
  expect(current).toMatch(
    /^__Host-pixy-auth=[^;]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/,
  )
  expect(session).toMatch(
    /^__Host-pixy-auth\.[\da-f-]{36}=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/,
  )
  expect(gone).toMatch(/^__Host-pixy-auth-tx-[^;]+=; .*Max-Age=0; Secure$/)
  expect(await Browser.next(answer ?? new Response())).toBe('https://app.example/')
})

test('a call of one user does not become that of another who has signed in', async ({ world }) => {
  world.deploy({ resources: { orders: { url: `${world.app}/v1/` }, rest: {} } })
  const browser = await signedIn(world)
  const { id, user } = (await browser.json('session')) as { id: string; user: { sub: string } }
  const as = (caller: string): Promise<Response[]> =>
    Promise.all([
      browser.call('api/orders/1', undefined, { 'x-pixy-auth-user': caller }),
      browser.call('token', {}, { 'x-pixy-auth-user': caller }),
      browser.call('session', {}, { 'x-pixy-auth-user': caller }),
    ])
  for (const answer of [...(await as(id)), ...(await as(user.sub))]) expect(answer.status).toBe(200)
  for (const caller of ['another', 'undefined', ''])
    for (const answer of await as(caller))
      expect(await refusalOf(answer), caller).toEqual([409, 'account_changed'])
})

test('only answers of the backend, and none of an API, have its header', async ({ world }) => {
  world.page = () => new Response('an order', { headers: { 'x-pixy-auth': '1' } })
  world.deploy({ resources: { orders: { url: `${world.app}/v1/` } } })
  const browser = await signedIn(world)
  expect((await browser.call('api/orders/1')).headers.has('x-pixy-auth')).toBe(false)
  expect((await browser.call('session')).headers.get('x-pixy-auth')).toBe('1')
  expect((await browser.call('api/none/1')).headers.get('x-pixy-auth')).toBe('1')
})
