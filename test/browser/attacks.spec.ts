import type { Frame } from '@playwright/test'
import type { AuthError } from '../../src/index.js'
import { expect, test } from '../support/fixture.js'
import { until } from '../support/frame.js'
import { answer, arrive, callback, changed, codeOf, depart } from '../support/sign-in-steps.js'
import { bend, expire, leaks } from '../support/session.js'

test('T2: a code injected from another user’s sign-in is refused', async ({
  app,
  server,
  otherBrowser,
}) => {
  await app.open()
  const mallory = await otherBrowser()
  server.consent = { subject: 'mallory' }
  const theirs = await depart(mallory, server)
  const code = new URL(await answer(server, theirs)).searchParams.get('code') ?? ''
  server.consent = {}
  expect(await arrive(app, changed(await callback(app, server), { code }))).toBe('oauth_error')
  const nonce = theirs.searchParams.get('nonce')
  const mine = await callback(app, server)
  server.fail('token', { idToken: { sub: 'mallory', nonce } })
  expect(await arrive(app, mine)).toBe('invalid_id_token')
  expect(await leaks(app, server)).toEqual([])
})

test('T3: a callback without state, or after a stripped challenge, does not sign in', async ({
  app,
  server,
}) => {
  await app.open()
  // A code without state may be meant for another library: it is left alone.
  const stateless = changed(await callback(app, server), { state: undefined })
  expect(await arrive(app, stateless)).toBe('signed-out')
  expect(server.requests('token')).toEqual([])
  await app.open()
  const stripped = changed((await depart(app, server)).href, { code_challenge: undefined })
  expect(await arrive(app, await answer(server, stripped))).not.toBe('signed-in')
  expect(new URL(app.page.url()).search).toBe('')
  expect(await leaks(app, server)).toEqual([])
})

test('T14, T40: tokens are in IndexedDB and in Authorization headers only', async ({
  app,
  api,
  server,
}) => {
  // The server tries to set a cookie: it is neither kept nor sent back.
  server.fail('token', { headers: { 'set-cookie': 'sid=1; SameSite=None; Path=/' } }, Infinity)
  const urls: string[] = []
  app.page.on('request', (request) => urls.push(request.url()))
  await app.open()
  await app.signIn()
  await app.fetch(`${api.url}me`)
  await expire(app)
  await app.fetch(`${api.url}me`)
  const { idToken } = (await bend(app, () => {})) as unknown as { idToken: string }
  const secrets = [...server.secrets].filter((secret) => secret.length > 20)
  const found = await app.page.evaluate((all) => {
    const seen = new Set<unknown>([window.options])
    const where: string[] = []
    const look = (value: unknown, path: string): void => {
      if (typeof value === 'string' && all.some((secret) => value.includes(secret)))
        where.push(path)
      if (value !== Object(value) || seen.has(value)) return
      seen.add(value)
      for (const [name, one] of Object.entries(Object.getOwnPropertyDescriptors(value)))
        if ('value' in one) look(one.value, `${path}.${name}`)
    }
    // One global after the other, those of the browser included.
    for (const [name, one] of Object.entries(Object.getOwnPropertyDescriptors(window)))
      if ('value' in one) look(one.value, name)
    look({ ...localStorage, ...sessionStorage, cookie: document.cookie }, 'storage')
    return where
  }, secrets)
  expect(found).toEqual([])
  expect(await app.page.evaluate(() => document.cookie)).toBe('')
  expect(await app.page.context().cookies()).toEqual([])
  for (const { headers } of server.ledger) expect(headers).not.toHaveProperty('cookie')
  // A code must be in a URL; it is spent by then.
  const codes = new Set(server.requests('token').map(({ params }) => params['code']))
  for (const secret of secrets.filter((one) => !codes.has(one)))
    expect(urls.join(' ')).not.toContain(secret)
  const sent = JSON.stringify(api.seen)
  expect(sent).not.toContain(idToken)
  expect(api.seen.map(({ headers }) => headers['authorization']?.slice(0, 7))).toEqual([
    'Bearer ',
    'Bearer ',
  ])
})

test('T21: a frame of another origin cannot start a sign-in; one of the app’s own can', async ({
  app,
  server,
  servers,
}) => {
  const html = `<iframe src="${servers.appOrigin}/"></iframe>`
  // The page around the frame has no policy; the app in the frame has one.
  const path = servers.newPage(() => html, { lax: true })
  const framed = async (origin: string): Promise<Frame> => {
    await app.page.goto(origin + path)
    const frame = app.page.frames()[1]!
    await until(frame, () => 'auth' in window)
    return frame
  }
  const other = await framed(servers.otherOrigin)
  const refused = other.evaluate(() =>
    window.auth.signIn().then(String, ({ code }: AuthError) => code),
  )
  expect(await refused).toBe('unsupported')
  expect(server.requests('authorize')).toEqual([])
  const own = await framed(servers.appOrigin)
  await own.evaluate(() => void window.auth.signIn())
  await until(own, () => window.auth?.state.status === 'signed-in')
})

test('T34: no link and no message of another origin ends a session', async ({
  app,
  server,
  servers,
}) => {
  await app.open()
  await app.signIn()
  const state = `px1o${new URL(await callback(app, server)).searchParams.get('state')?.slice(4)}`
  for (const path of [`/?state=${state}`, '/?logout', '/logout', '/?error=login_required'])
    expect(await arrive(app, path), path).toBe('signed-in')
  // A page of another origin posts to a channel of the same name: no tab of the app receives it.
  await app.page.goto(`${servers.otherOrigin}/`)
  await app.page.evaluate(() => {
    const { issuer, clientId } = window.options
    const line = new BroadcastChannel(`pixy-auth:${issuer} ${clientId}`)
    line.postMessage('sign-out')
  })
  expect((await app.open(`${servers.appOrigin}/`)).status).toBe('signed-in')
  expect(server.requests('end_session')).toEqual([])
  expect(server.requests('revocation')).toEqual([])
})

test('T38: test pages have a strict CSP, and reports of its violations arrive', async ({
  app,
  servers,
}) => {
  const response = await app.page.goto('/')
  const { 'content-security-policy': policy = '' } = (await response?.allHeaders()) ?? {}
  expect(policy).toMatch(
    /default-src 'none'; script-src 'self'; .*require-trusted-types-for 'script'/,
  )
  expect(policy).not.toMatch(/unsafe|blob:|\*[; ]*$/)
  expect(await app.page.evaluate(() => crossOriginIsolated)).toBe(true)
  await app.started()
  expect((await app.signIn()).status).toBe('signed-in')
  expect(servers.violations).toEqual([])
  await app.page.evaluate(() => {
    const image = new Image()
    image.src = '/favicon.ico'
  })
  await expect.poll(() => servers.violations.splice(0).join()).toContain('img-src')
})

test('T42: a callback of 20,000 characters is refused, and its code is not sent', async ({
  app,
  server,
}) => {
  await app.open()
  const href = await callback(app, server)
  // Longer than a request line that Node accepts, so the test puts it into the address bar.
  const long = changed(href, { code: undefined })
  await app.page.goto('/elsewhere')
  await app.page.evaluate(
    (url) => history.replaceState(null, 'by the test', `${url}&code=${'x'.repeat(20_000)}`),
    long,
  )
  const error = await app.page.evaluate(async () => {
    const auth = window.Pixy.createAuth(window.options)
    const state = await auth.start()
    return 'error' in state ? state.error?.code : state.status
  })
  expect(error).toBe('invalid_response')
  expect(server.requests('token')).toEqual([])
})

test('T43: the bits of state, nonce and challenge are evenly distributed', async ({
  app,
  server,
}) => {
  await app.open()
  expect(server.requests('token')).toEqual([])
  const urls = await app.page.evaluate(async () => {
    const all: string[] = []
    for (let i = 0; i < 80; i++) all.push(await window.auth.signInUrl())
    return all
  })
  const counts = new Map<string, number>()
  for (const url of urls)
    for (const name of ['state', 'nonce', 'code_challenge'])
      // The last of 43 characters holds four bits only.
      for (const char of new URL(url).searchParams.get(name)?.slice(-43, -1) ?? '')
        counts.set(char, (counts.get(char) ?? 0) + 1)
  const total = 80 * 3 * 42
  const expected = total / 64
  const chi = [...counts.values()].reduce(
    (sum, count) => sum + (count - expected) ** 2 / expected,
    0,
  )
  // 63 degrees of freedom: random bits exceed this once in ten million runs.
  expect(chi).toBeLessThan(140)
  expect(counts.size).toBe(64)
})

test('T13: issuer, endpoints, redirect URI and resources must be https or loopback', async ({
  app,
}) => {
  await app.page.goto('/')
  const http = 'http://id.example.com/'
  for (const given of [
    { issuer: http },
    { redirectUri: http },
    { resources: [http] },
    { postLogoutRedirectUri: http },
    { server: { token_endpoint: http } },
  ]) {
    const made = await app.attempt(
      (changes: object) => void window.Pixy.createAuth({ ...window.options, ...changes }),
      given,
    )
    expect(codeOf(made), JSON.stringify(given)).toBe('config')
  }
})
