import { expect, test } from '../support/fixture.js'
import type { Api } from '../support/servers.js'
import { proofIn, proofsIn, runAhead } from '../support/dpop.js'
import { codeOf, endpoints, said } from '../support/sign-in-steps.js'
import { bend, call, expire, holdTokens, refreshes } from '../support/session.js'

declare global {
  interface Window {
    /** What the store held when the last request was sent. */
    under: string
  }
}

// A call may wait for a minute: on a busy machine the steps of a test take their time.
test.use({ options: { dpop: true, timeout: 60 } })

test('F78: a server that wants a nonce costs one more request until it is known', async ({
  app,
  server,
}) => {
  for (const [nonce, first] of [
    ['required', 2],
    ['rotating', 2],
  ] as const)
    await test.step(nonce, async () => {
      server.options.dpop = { nonce }
      await app.open()
      const before = server.ledger.length
      await app.signIn()
      // After the redirect the new page does not know the nonces of the old one.
      const since = server.ledger.slice(before).filter(({ method }) => method === 'POST')
      expect(endpoints(since)).toEqual(Array.from({ length: first }, () => 'token'))
      for (const _ of [1, 2]) {
        expect((await app.refresh()).value?.status).toBe('signed-in')
        expect(codeOf(await app.attempt(() => window.auth.userInfo()))).toBeUndefined()
      }
      const asked = server.ledger.slice(before).filter(({ headers }) => headers['dpop'])
      expect(asked.map(({ status }) => status)).toEqual([400, 200, 200, 200, 200, 200])
      await proofsIn(asked)
    })

  await test.step('no refresh token was used twice', () => {
    expect(new Set(server.refreshTokenUses.map(({ outcome }) => outcome))).toEqual(
      new Set(['rotated']),
    )
  })
})

test('F78: a server that refuses every nonce gets one retry; the session stays', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  server.options.dpop = { nonce: 'wrong' }
  const { error } = await app.refresh()
  expect(error).toMatchObject({ code: 'oauth_error', oauth: { error: 'use_dpop_nonce' } })
  expect(refreshes(server)).toHaveLength(2)
  expect((await app.state()).status).toBe('signed-in')
  expect(codeOf(await app.attempt(() => window.auth.userInfo()))).toBe('invalid_response')
  expect(server.requests('userinfo')).toHaveLength(2)
  await proofsIn([...refreshes(server), ...server.requests('userinfo')])

  await test.step('at a sign-in, which then fails', async () => {
    const before = server.requests('token').length
    await app.signOut({ local: true })
    await app.leave()
    expect(await said(app)).toBe('oauth_error')
    expect(server.requests('token')).toHaveLength(before + 2)
  })
})

test('the retry with a nonce is sent only while this tab holds a fresh lease', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  await expire(app)
  server.options.dpop = { nonce: 'required' }
  holdTokens(server)
  const late = await call(app)
  await expect.poll(() => refreshes(server).length).toBe(1)
  // The tab sleeps; another tab takes the lease over and is gone at once.
  await app.page.evaluate(() => {
    const now = Date.now.bind(Date)
    Date.now = () => now() + 5000
  })
  await bend(app, (record) => {
    record.lease = { attempt: 'other', at: Date.now(), tries: 0 }
  })
  await app.page.evaluate(() => {
    const real = window.fetch.bind(window)
    window.fetch = async (...given) => {
      const open = indexedDB.open('pixy-auth')
      await new Promise((resolve) => (open.onsuccess = resolve))
      const all = open.result.transaction('keyval').objectStore('keyval').getAll()
      await new Promise((resolve) => (all.onsuccess = resolve))
      open.result.close()
      window.under = JSON.stringify(all.result)
      return real(...given)
    }
  })
  server.heal()
  expect(await late.answer()).toMatch(/\./)
  expect(refreshes(server)).toHaveLength(2)
  // The lease that the store held when the request was sent.
  const [, lease] = /"attempt":"([^"]+)"/.exec(await app.page.evaluate(() => window.under)) ?? []
  expect(lease).toMatch(/^[\da-f]{8}-/)
})

test('F78, T18: an API that wants a nonce gets one retry; nonces stay per origin', async ({
  app,
  api,
  server,
}) => {
  server.options.dpop = { nonce: 'required' }
  await app.open()
  await app.signIn()
  // The statuses of two calls, or of one call where no nonce is ever right.
  for (const [nonce, answers] of [
    ['required', [401, 200, 200]],
    ['rotating', [200, 200]],
    ['wrong', [401, 401]],
  ] as [Api['nonce'], number[]][]) {
    api.nonce = nonce
    const before = api.seen.length
    for (const _ of nonce === 'wrong' ? [1] : [1, 2])
      expect((await app.fetch(`${api.url}me`)).value?.status).toBe(answers.at(-1))
    expect(api.seen, nonce).toHaveLength(before + answers.length)
  }
  expect(server.refreshTokenUses).toEqual([])

  await app.refresh()
  const nonces = async (requests: readonly { headers: Record<string, string> }[]) =>
    new Set((await proofsIn(requests)).flatMap(({ nonce }) => nonce ?? []))
  const [ofApi, ofServer] = [await nonces(api.seen), await nonces(server.requests('token'))]
  expect(ofServer.size).toBe(1)
  for (const nonce of ofServer) expect(ofApi).not.toContain(nonce)
})

test('F78: a call is sent again with the nonce, unless its body is a stream', async ({
  app,
  api,
}) => {
  await app.open()
  await app.signIn()
  const bodies: string[] = []
  api.handler = async (request) => {
    bodies.push(await request.text())
    const { nonce } = (await proofIn({ headers: Object.fromEntries(request.headers) })) ?? {}
    if (nonce === 'n') return new Response('yes')
    // The scheme is matched in upper and lower case.
    const headers = { 'www-authenticate': 'dpOP error="use_dpop_nonce"', 'dpop-nonce': 'n' }
    return new Response('no', { status: 401, headers })
  }
  const post = async (url: string): Promise<unknown[]> => {
    // Browsers upload streams by HTTP/2 only, or not at all: it is read just before the network.
    const real = window.fetch.bind(window)
    window.fetch = async (input, init) => {
      const request = new Request(input, init)
      const { url, method, headers } = request
      return real(url, { method, headers, body: method === 'POST' ? await request.text() : null })
    }
    const init = { method: 'POST', body: new Blob(['once']).stream(), duplex: 'half' }
    const streamed = await window.auth.fetch(url, init as RequestInit)
    return [streamed.status, await streamed.text()]
  }
  expect((await app.attempt(post, `${api.url}me`)).value).toEqual([401, 'no'])
  // Firefox 153 sends no streams.
  expect([['once'], ['[object ReadableStream]']]).toContainEqual(bodies)
  bodies.length = 0
  await app.reload()
  const again = await app.fetch(`${api.url}me`, { method: 'POST', body: 'twice' })
  expect(again.value).toMatchObject({ status: 200, body: 'yes' })
  expect(bodies).toEqual(['twice', 'twice'])
})

test('a nonce header that CORS hides is reported as cors', async ({ app, api, server }) => {
  await app.open()
  await app.signIn()
  api.nonce = 'required'
  api.exposes = 'www-authenticate'
  const { error } = await app.fetch(`${api.url}me`)
  expect(error?.code).toBe('cors')
  expect(error?.hint).toContain('DPoP-Nonce')
  expect(error?.hint).toContain(new URL(api.url).origin)

  await test.step('nothing is exposed: one refresh, as for any 401 without a reason', async () => {
    api.exposes = false
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(401)
    expect(server.refreshTokenUses).toHaveLength(1)
  })
  await test.step('only the nonce is exposed: one retry with it', async () => {
    api.exposes = true
    api.handler = async (request) => {
      const { nonce } = (await proofIn({ headers: Object.fromEntries(request.headers) })) ?? {}
      const headers = { 'dpop-nonce': 'n' }
      return nonce === 'n' ? new Response() : new Response('', { status: 401, headers })
    }
    const { value } = await app.attempt(async (url: string) => {
      const calls = Array.from({ length: 10 }, () => window.auth.fetch(url))
      return (await Promise.all(calls)).map(({ status }) => status)
    }, `${api.url}me`)
    expect(value).toEqual(Array.from({ length: 10 }, () => 200))
    expect(server.refreshTokenUses).toHaveLength(1)
  })
  await test.step('the authorization server hides its nonce', async () => {
    server.options.dpop = { nonce: 'required' }
    server.fail('token', { headers: { 'access-control-expose-headers': 'date' } }, Infinity)
    const { error } = await app.refresh()
    expect(error?.code).toBe('cors')
    expect(error?.hint).toContain('DPoP-Nonce')
    expect((await app.state()).status).toBe('signed-in')
  })
})

test('F80: a wrong clock is corrected by the response’s date or the token’s iat', async ({
  app,
  api,
  server,
}) => {
  // Too late for a proof, and within the lifetime of an ID token.
  await runAhead(app, 150)
  await app.open()
  await app.signIn()
  expect(server.requests('token').map(({ status }) => status)).toEqual([400, 200])
  expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  expect(api.seen).toHaveLength(1)

  await test.step('by the token’s iat, where an API hides its date', async () => {
    await app.reload()
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
    expect(api.seen).toHaveLength(3)
    await proofsIn(api.seen)
  })
  await test.step('an error where neither is visible', async () => {
    await app.reload()
    server.fail('token', { headers: { date: null, 'access-control-expose-headers': null } }, 9)
    const { error } = await app.refresh()
    expect(error).toMatchObject({ oauth: { error: 'invalid_dpop_proof' } })
    expect(refreshes(server)).toHaveLength(1)
    expect((await app.state()).status).toBe('signed-in')
  })
})
