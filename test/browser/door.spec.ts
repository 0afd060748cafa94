import { expect } from '../support/fixture.js'
import { inParts, test } from '../support/resource-server.js'
import { passages, told, withSecrets } from '../support/door.js'
import { hold } from '../support/sign-in-steps.js'

test.use({ mode: 'honest' })

const claims = { sub: 'ada', name: 'Ada' }
test.beforeEach(({ server }) => {
  server.options.claims = claims
  server.options.idTokenClaims = ['name']
})

const text = expect.any(String)
/** A snapshot as plain data, with the declared members only. */
const signedIn = (issuer: string, user: Record<string, unknown>) => ({
  status: 'signed-in',
  id: text,
  user: expect.objectContaining(user),
  session: {
    issuer,
    scope: ['openid', 'profile', 'email', 'offline_access'],
    tokenType: 'bearer',
    acr: undefined,
    authTime: expect.any(Number),
  },
})

test('a sign-in crosses the door as one URL out and one URL in', async ({ app, server }) => {
  await app.open('/from?here=1')
  const link = await app.attempt(() =>
    window.auth.signInUrl({ prompt: 'login', maxAge: 60, loginHint: 'ada' }),
  )
  const { origin } = new URL(app.page.url())
  expect(await passages(app, 'open')).toEqual([
    { verb: 'open', arguments: [undefined], result: { status: 'signed-out' } },
  ])
  const request = {
    via: 'link',
    returnTo: `${origin}/from?here=1`,
    prompt: 'login',
    maxAge: 60,
    loginHint: 'ada',
  }
  expect(await passages(app, 'authorize')).toEqual([
    { verb: 'authorize', arguments: [request], result: link.value },
  ])
  const back = app.page.waitForEvent('load')
  await app.page.goto(link.value ?? '')
  await back
  await app.started()
  const snapshot = signedIn(server.issuer, claims)
  const [callback] = await passages(app, 'callback')
  expect(callback).toEqual({
    verb: 'callback',
    arguments: [expect.stringMatching(/^http:.*[?&]code=.*state=px1l/)],
    result: { snapshot, returnTo: `${origin}/from?here=1`, undeleted: '', isKept: true },
  })
  const fact = (await passages(app, 'event')).at(-1)
  expect(fact).toEqual({ verb: 'event', arguments: [{ type: 'state', snapshot }] })
})

test('signIn() gives the door neither a signal nor an event', async ({ app, server }) => {
  await app.open()
  const { origin } = new URL(app.page.url())
  hold(server)
  const begun = app.page.evaluate(() => {
    const control = new AbortController()
    Object.assign(window, { giveUp: () => control.abort() })
    return window.auth
      .signIn({ signal: control.signal, returnTo: '/there' })
      .catch((error: { code: string }) => error.code)
  })
  const requests = async () => (await passages(app, 'authorize')).map(({ arguments: all }) => all)
  const there = [{ via: 'redirect', returnTo: `${origin}/there` }]
  await expect.poll(requests).toEqual([there])
  await app.page.evaluate(() => (window as unknown as { giveUp(): void }).giveUp())
  expect(await begun).toBe('aborted')

  hold(server)
  await app.page.evaluate(() => {
    document.body.onclick = window.auth.signIn as (event: Event) => unknown
    document.body.click()
  })
  await expect.poll(requests).toEqual([there, [{ via: 'redirect', returnTo: `${origin}/` }]])
})

const bodies: [name: string, init: () => RequestInit][] = [
  ['none', () => ({})],
  ['text', () => ({ method: 'POST', body: 'ü' })],
  ['a form', () => ({ method: 'POST', body: new URLSearchParams({ a: 'ü' }) })],
  ['a Blob', () => ({ method: 'POST', body: new Blob(['ü'], { type: 'a/b' }) })],
  ['bytes', () => ({ method: 'POST', body: new Uint8Array([0, 255]) })],
  [
    'FormData',
    () => {
      const body = new FormData()
      body.append('file', new File(['ü'], 'ä.bin'))
      return { method: 'POST', body }
    },
  ],
]

test('a call crosses the door by reference, whatever its body', async ({ app, server, shop }) => {
  await app.open()
  await app.signIn()
  for (const [name, init] of bodies) {
    const { value } = await app.attempt(
      async ([source, url]: readonly [string, string]) => {
        // eslint-disable-next-line no-eval -- the table's own function, sent to the page as text
        const given = (0, eval)(`(${source})`)() as RequestInit
        const response = await window.auth.fetch(url, { ...given, headers: { 'x-test': '1' } })
        const { status, type, redirected } = response
        return [status, response.url, type, redirected, await response.text()]
      },
      [init.toString(), shop.url] as const,
    )
    expect(value, name).toEqual([200, shop.url, 'cors', false, 'hello'])
    const passage = (await passages(app, 'fetch')).at(-1)
    // The request and the response cross by reference; with them the caller and nothing else.
    const caller = { id: text, sub: claims.sub }
    expect(passage?.arguments, name).toStrictEqual(['a Request', caller, false])
    expect(passage?.result, name).toBe('a Response')
    expect(withSecrets(await passages(app), server), name).toEqual(['callback.arguments'])
    const [arrived] = shop.arrived.splice(0)
    expect(arrived?.headers['authorization'], name).toMatch(/^Bearer /)
    if (name !== 'none') expect(arrived?.bytes.length, name).toBeGreaterThan(0)
  }

  await test.step('the answer is streamed, and an abort ends it', async () => {
    const { response, send } = inParts()
    shop.answer = () => response
    send('one')
    const { value } = await app.attempt(async (url: string) => {
      const control = new AbortController()
      const answer = await window.auth.fetch(url, { signal: control.signal })
      const reader = answer.body?.getReader()
      const first = new TextDecoder().decode((await reader?.read())?.value)
      const next = reader?.read().then(
        () => 'more',
        (error: Error) => error.name,
      )
      control.abort(new RangeError('mine'))
      return [first, await next]
    }, shop.url)
    expect(value).toEqual(['one', expect.stringMatching(/RangeError|AbortError/)])
    await expect.poll(() => shop.arrived[0]?.gone.aborted).toBe(true)
  })
})

test('only getAccessToken() returns a token through the door', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  server.options.claims = { ...claims, email: 'ada@example.com' }
  const { value: token } = await app.token({ minTtl: 5 })
  await app.refresh()
  await app.attempt(() => window.auth.userInfo())
  await app.page.evaluate(() => void dispatchEvent(new Event('online')))
  await expect.poll(async () => (await passages(app, 'resume')).length).toBeGreaterThan(0)
  const user = { ...claims, email: 'ada@example.com' }
  const state = signedIn(server.issuer, claims)
  expect(await passages(app, 'getAccessToken')).toEqual([
    { verb: 'getAccessToken', arguments: [{ minTtl: 5 }], result: token },
  ])
  expect(server.secrets.has(token ?? '')).toBe(true)
  expect(await passages(app, 'refresh')).toEqual([
    { verb: 'refresh', arguments: [], result: state },
  ])
  expect(await passages(app, 'userInfo')).toEqual([
    { verb: 'userInfo', arguments: [], result: expect.objectContaining(user) },
  ])
  expect((await passages(app, 'resume'))[0]).toEqual({
    verb: 'resume',
    arguments: [],
    result: undefined,
  })
  expect(await app.state()).toMatchObject({ user })
  const others = (await passages(app)).filter(({ verb }) => verb !== 'getAccessToken')
  expect(withSecrets(others, server)).toEqual(['callback.arguments'])

  await test.step('a local sign-out crosses as its option and returns no URL', async () => {
    await app.signOut({ local: true })
    const end = { verb: 'signOut', arguments: [{ local: true }], result: { undeleted: '' } }
    expect(await passages(app, 'signOut')).toEqual([end])
    expect(await app.state()).toEqual({ status: 'signed-out' })
  })
})

test('a sign-out returns a URL whose only secret is the ID token hint', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  let cancel = async (): Promise<void> => {}
  await app.page.route(
    `${server.issuer}/end_session**`,
    (route) => void (cancel = () => route.abort()),
  )
  const ended = await app.page.evaluate(async () => {
    const before = window.passages.length
    void window.auth.signOut()
    while (!window.passages.some(({ verb }) => verb === 'signOut'))
      await new Promise((done) => setTimeout(done, 20))
    return JSON.stringify(window.passages.slice(before))
  })
  const last = told(ended)
  const facts = last.filter(({ verb }) => verb === 'event').map(({ arguments: [fact] }) => fact)
  const over = { type: 'state', snapshot: { status: 'signed-out' } }
  expect(facts).toEqual([{ type: 'sign-out' }, over, over])
  const end = last.find(({ verb }) => verb === 'signOut')
  expect(end).toMatchObject({
    arguments: [{}],
    result: { url: expect.stringContaining('/end_session?') },
  })
  expect(withSecrets(last, server)).toEqual(['signOut.result'])
  const { url = '' } = (end?.result ?? {}) as { url?: string }
  const hint = new URL(url).searchParams.get('id_token_hint') ?? ''
  expect(withSecrets(told(ended.replaceAll(hint, '')), server)).toEqual([])
  await cancel()
})
