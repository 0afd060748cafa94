import { expect, expectRefreshes, test } from './app.js'

test('a person signs in, is known by name and calls the API', async ({ app, api, server }) => {
  expect(await app.open()).toEqual({ status: 'signed-out' })
  expect(await app.signIn()).toMatchObject({
    status: 'signed-in',
    user: { sub: 'ada', name: 'Ada Lovelace' },
    session: { issuer: server.issuer },
  })
  expect(await app.fetch(`${api.url}me`)).toEqual([200])
  expect(api.seen.at(-1)?.headers['authorization']).toMatch(/^Bearer ./)
})

test('a callback costs one request and goes back to where the user was', async ({
  app,
  server,
  webkit,
}) => {
  await app.open('/deep/page?a=1#here')
  await app.signIn()
  const authorize = server.ledger.findIndex(({ endpoint }) => endpoint === 'authorize')
  const after = server.ledger.slice(authorize + 1).filter(({ method }) => method !== 'OPTIONS')
  expect(after.map(({ endpoint }) => endpoint)).toEqual(['token'])
  expect(await webkit.url()).toMatch(/\/deep\/page\?a=1#here$/)
})

test('returnTo is where the user lands', async ({ app, webkit }) => {
  await app.open('/')
  await app.signIn({ returnTo: '/welcome?first=yes' })
  expect(await webkit.url()).toMatch(/\/welcome\?first=yes$/)
})

test('a reload keeps the session without a request', async ({ app, api, server }) => {
  await app.open()
  await app.signIn()
  const before = server.ledger.length
  expect((await app.open()).status).toBe('signed-in')
  expect(await app.fetch(`${api.url}me`)).toEqual([200])
  expect(server.ledger).toHaveLength(before)
})

test('ten calls with a refused token share one refresh', async ({ app, api, server }) => {
  await app.open()
  await app.signIn()
  const token = await app.token()
  server.expireAccessTokens()
  expect(await app.fetch(`${api.url}me`, 10)).toEqual(Array.from({ length: 10 }, () => 200))
  expectRefreshes(server, 1)
  expect(await app.token()).not.toBe(token)
})

test('a token near its end is renewed before it is sent', async ({ app, api, server }) => {
  server.options.accessTokenLifetime = 1
  await app.open()
  await app.signIn()
  const token = await app.token()
  await expect.poll(() => server.verify(token)).toBeUndefined()
  server.options.accessTokenLifetime = 300
  expect(await app.fetch(`${api.url}me`, 10)).toEqual(Array.from({ length: 10 }, () => 200))
  expectRefreshes(server, 1)
  expect(api.seen.map(({ headers }) => headers['authorization'])).not.toContain(`Bearer ${token}`)
})

test('a second tab follows sign-in, refresh and sign-out', async ({ app, server, webkit }) => {
  await app.open()
  const first = await webkit.tab()
  const second = await app.openTab()
  await app.signIn()
  await webkit.switchTo(first)
  await app.becomes('signed-in')
  await webkit.evaluate(() => window.auth.refresh())
  const token = await app.token()
  await webkit.switchTo(second)
  await webkit.waitFor(async (token) => (await window.auth.getAccessToken()) === token, token)
  expectRefreshes(server, 1)
  await webkit.evaluate(() => window.auth.signOut({ local: true }))
  await webkit.switchTo(first)
  await app.becomes('signed-out')
})

test('two tabs that are refused at once share one refresh', async ({
  app,
  api,
  server,
  webkit,
}) => {
  await app.open()
  const tabs = [await webkit.tab()]
  await app.signIn()
  tabs.push(await app.openTab())
  server.expireAccessTokens()
  server.fail('token', { delay: 600_000 })
  const call = async (url: string): Promise<void> => {
    void window.auth.fetch(url).then(({ status }) => (document.title = String(status)))
  }
  for (const tab of tabs) {
    await webkit.switchTo(tab)
    await webkit.evaluate(call, `${api.url}me`)
  }
  // Each is refused once before the refresh is over: both want it.
  await expect.poll(() => api.seen).toHaveLength(2)
  server.heal()
  for (const tab of tabs) {
    await webkit.switchTo(tab)
    await webkit.waitFor(() => document.title === '200')
  }
  expect(api.seen).toHaveLength(4)
  expectRefreshes(server, 1)
})

test('signing out leaves nothing behind and revokes the refresh token', async ({
  app,
  server,
  webkit,
}) => {
  await app.open()
  await app.signIn()
  const secrets = [...server.secrets]
  const found = await app.kept()
  expect(secrets.some((secret) => found.includes(secret))).toBe(true)
  await webkit.evaluate(() => void window.auth.signOut())
  await expect.poll(() => server.requests('end_session')).toHaveLength(1)
  expect(server.requests('revocation')).toHaveLength(1)
  expect(await app.open()).toEqual({ status: 'signed-out' })
  const left = await app.kept()
  expect(secrets.filter((secret) => left.includes(secret))).toEqual([])
})

test('a person signs in without IndexedDB', async ({ app, api }) => {
  await app.open('/', { denied: 'indexedDB' })
  expect((await app.signIn()).status).toBe('signed-in')
  expect(await app.fetch(`${api.url}me`)).toEqual([200])
})

test('a grant that was revoked ends the session', async ({ app, api, server }) => {
  await app.open()
  await app.signIn()
  server.revokeGrants()
  expect(await app.fetch(`${api.url}me`)).toEqual([401])
  await app.becomes('signed-out')
})

test('a streamed answer is read as it comes', async ({ app, api, webkit }) => {
  await app.open()
  await app.signIn()
  let finish = (): void => {}
  const finished = new Promise<void>((resolve) => (finish = resolve))
  api.handler = () => {
    const encoder = new TextEncoder()
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(encoder.encode('first-'))
        await finished
        controller.enqueue(encoder.encode('last'))
        controller.close()
      },
    })
    return new Response(body)
  }
  await webkit.evaluate(async (url) => {
    const { body } = await window.auth.fetch(url)
    void body?.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({
        write: (text) => {
          document.title += text
        },
      }),
    )
  }, `${api.url}stream`)
  await webkit.waitFor(() => document.title.endsWith('first-'))
  finish()
  await webkit.waitFor(() => document.title.endsWith('first-last'))
})

test('a form with a file arrives whole', async ({ app, api, webkit }) => {
  await app.open()
  await app.signIn()
  await webkit.evaluate(async (url) => {
    const body = new FormData()
    body.append('name', 'Ada')
    body.append('file', new File(['notes on the engine'], 'notes.txt', { type: 'text/plain' }))
    await window.auth.fetch(url, { method: 'POST', body })
  }, `${api.url}echo`)
  const { headers, body } = api.seen.at(-1)!
  const form = await new Response(body, {
    headers: { 'content-type': headers['content-type'] ?? '' },
  }).formData()
  expect(form.get('name')).toBe('Ada')
  expect(await (form.get('file') as File).text()).toBe('notes on the engine')
  expect(headers['authorization']).toMatch(/^Bearer ./)
})
