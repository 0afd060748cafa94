import { expect, Tab, test } from '../support/fixture.js'
import { keys, proofIn, proofsIn, thumbprint } from '../support/dpop.js'
import { answer, arrive, depart, said } from '../support/sign-in-steps.js'
import { leaks, refreshes, stored } from '../support/session.js'

test.use({ options: { dpop: true } })

test('T16: code, tokens and calls are bound to one key that cannot be exported', async ({
  app,
  api,
  server,
}) => {
  await app.open()
  const url = await depart(app, server)
  expect(await keys(app)).toEqual(['private: no no no'])
  expect(await arrive(app, await answer(server, url))).toBe('signed-in')
  expect(await app.state()).toMatchObject({ session: { tokenType: 'dpop' } })
  const jkt = await thumbprint(app)
  expect(url.searchParams.get('dpop_jkt')).toBe(jkt)

  const path = `${api.url}me?page=1`
  expect((await app.fetch(`${path}#top`)).value?.status).toBe(200)
  await app.refresh()
  await app.attempt(() => window.auth.userInfo())
  const token = server.requests('token')[0]!
  const exchanged = await proofIn(token)
  expect(exchanged).toMatchObject({ alg: 'ES256', jkt, htm: 'POST', htu: token.url })
  expect(exchanged).not.toHaveProperty('ath')
  const [called] = await proofsIn(api.seen)
  expect(called).toMatchObject({ jkt, htm: 'GET', htu: `${api.url}me`, ath: expect.any(String) })
  expect(api.seen[0]?.headers['authorization']).toMatch(/^DPoP /)

  await test.step('a refresh, UserInfo, a reload and another tab use the same key', async () => {
    const [info] = server.requests('userinfo')
    expect(info).toMatchObject({ status: 200 })
    expect(info?.headers['authorization']).toMatch(/^DPoP /)
    await app.reload()
    const other = new Tab(await app.page.context().newPage())
    await other.open()
    for (const tab of [app, other]) expect((await tab.fetch(path)).value?.status).toBe(200)
    const all = [...server.requests('token'), ...server.requests('userinfo'), ...api.seen]
    for (const proof of await proofsIn(all)) expect(proof.jkt).toBe(jkt)
    expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
    await other.page.close()
  })
  await test.step('the next sign-in has a new key, and the old one is gone', async () => {
    await app.signIn()
    expect(await thumbprint(app)).not.toBe(jkt)
    expect(await keys(app)).toEqual(['private: no no no'])
  })
  await test.step('a sign-out deletes every key, also of a pending sign-in', async () => {
    await depart(app, server)
    expect(await keys(app)).toHaveLength(2)
    await app.signOut({ local: true })
    expect(await keys(app)).toEqual([])
    expect(await leaks(app, server)).toEqual([])
  })
})

test('T16, T18: a stolen token is useless without the key, or with a used proof', async ({
  app,
  api,
  server,
}) => {
  await app.open()
  await app.signIn()
  const token = (await app.token()).value ?? ''
  const { refreshToken = '' } = await stored(app)
  await app.fetch(`${api.url}me`)
  const { dpop = '' } = api.seen[0]?.headers ?? {}
  for (const headers of [
    { authorization: `Bearer ${token}` },
    { authorization: `DPoP ${token}` },
    { authorization: `DPoP ${token}`, dpop },
  ] as Record<string, string>[])
    expect((await fetch(`${api.url}me`, { headers })).status).toBe(401)
  const params = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'app' }
  const body = new URLSearchParams(params)
  const response = await fetch(`${server.issuer}/token`, { method: 'POST', body })
  expect(await response.json()).toMatchObject({ error: 'invalid_grant' })
  expect((await app.refresh()).value?.status).toBe('signed-in')
})

test('T17: a token is sent with the scheme of its token_type', async ({ app, api, server }) => {
  server.options.dpop = { bearer: true }
  await app.open()
  expect(await app.signIn()).toMatchObject({ session: { tokenType: 'bearer' } })
  expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  await app.attempt(() => window.auth.userInfo())
  for (const { headers } of [...api.seen, ...server.requests('userinfo')]) {
    expect(headers['authorization']).toMatch(/^Bearer /)
    expect(headers).not.toHaveProperty('dpop')
  }
  expect((await app.refresh()).value?.status).toBe('signed-in')
  await proofsIn(server.requests('token'))

  await test.step('after a refresh, too, and in any spelling', async () => {
    server.options.dpop = {}
    server.fail('token', { body: (json) => ({ ...json, token_type: 'dPoP' }) })
    await app.refresh()
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
    expect(api.seen.at(-1)?.headers['authorization']).toMatch(/^DPoP /)
  })
  await test.step('any other type is unsupported, and the sign-in fails', async () => {
    await app.signOut({ local: true })
    server.fail('token', { body: (json) => ({ ...json, token_type: 'mac' }) })
    await app.leave()
    expect(await said(app)).toBe('unsupported')
  })
})

test('T11: a redirect rejects the call, and gets neither token nor proof', async ({
  app,
  api,
  server,
  servers: { evil },
}) => {
  await app.open()
  await app.signIn()
  api.handler = () =>
    new Response(null, { status: 302, headers: { location: `${evil.origin}/take` } })
  const before = evil.seen.length
  const { error } = await app.fetch(`${api.url}me`)
  expect(error).toMatchObject({ code: 'url_not_allowed' })
  expect(error?.hint).toContain('The API redirects: call the final URL, or set `redirect`')
  // A call with a redirect mode of its own keeps that mode.
  const init = { redirect: 'manual' }
  expect((await app.fetch(`${api.url}me`, init)).value).toMatchObject({ type: 'opaqueredirect' })
  expect((await app.fetch(`${api.url}me`, { redirect: 'error' })).error?.name).toBe('TypeError')
  expect(evil.seen.slice(before)).toEqual([])
  expect(server.refreshTokenUses).toEqual([])
})

test.describe('a resource with redirect: follow', () => {
  test.use({
    options: async ({ api }, use) =>
      use({ dpop: true, resources: [{ url: api.url, redirect: 'follow' }] }),
  })

  test('follows redirects', async ({ app, api }) => {
    await app.open()
    await app.signIn()
    const location = `${api.url}echo`
    api.handler = ({ url }) =>
      url.endsWith('/me') ? new Response(null, { status: 302, headers: { location } }) : undefined
    expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200, redirected: true })
  })
})

test.describe('with par', () => {
  test.use({ options: { dpop: true, par: true } })

  test('a server that demands a proof gets one for the key in the form', async ({
    app,
    server,
  }) => {
    server.options.par = 'proof-required'
    await app.open()
    const url = await depart(app, server)
    expect([...url.searchParams.keys()]).toEqual(['client_id', 'request_uri'])
    const [unproven, pushed] = server.requests('par')
    expect(unproven?.headers).not.toHaveProperty('dpop')
    const proof = await proofIn(pushed!)
    expect(proof).toMatchObject({ htm: 'POST', htu: pushed?.url })
    expect(pushed?.params['dpop_jkt']).toBe(proof?.jkt)
    expect(await arrive(app, await answer(server, url))).toBe('signed-in')
    expect(await thumbprint(app)).toBe(proof?.jkt)
  })

  test('T18, T33: a sign-out forgets the nonces', async ({ app, server }) => {
    server.options.dpop = { nonce: 'required' }
    await app.open()
    await app.signIn()
    await app.refresh()
    // The page knows the nonce from the code exchange.
    expect(refreshes(server).map(({ status }) => status)).toEqual([200])
    await app.signOut({ local: true })
    server.options.par = 'proof-required'
    const before = server.requests('par').length + 1
    await depart(app, server)
    const proofs = await proofsIn(server.requests('par').slice(before))
    expect(proofs.map(({ nonce }) => typeof nonce)).toEqual(['undefined', 'string'])
  })
})

test('a server whose CORS refuses the DPoP header is reported as cors', async ({ app, server }) => {
  await app.open()
  const url = await depart(app, server)
  // Like a browser whose preflight does not allow this header.
  await app.page.addInitScript(() => {
    const real = window.fetch.bind(window)
    window.fetch = async (input, init = {}) => {
      if (init.mode !== 'no-cors' && new Headers(init.headers).has('dpop'))
        throw new TypeError('Failed to fetch')
      return real(input, init)
    }
  })
  expect(await arrive(app, await answer(server, url))).toBe('cors')
})
