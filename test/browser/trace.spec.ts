import { expect, test } from '../support/fixture.js'
import { expire, holdTokens } from '../support/session.js'
import { depart } from '../support/sign-in-steps.js'
import { steps, traced, untilTraced } from '../support/trace.js'

const [toServer, fromServer] = ['client → authorization server', 'authorization server → client']
const signIn = [
  'click: user → client',
  'verifier: client → client',
  `authorize: ${toServer}`,
  'login: user → authorization server',
  `callback: ${fromServer}`,
  `exchange: ${toServer}`,
  `tokens: ${fromServer}`,
]
const call = ['call: client → resource server', 'answer: resource server → client']
const refresh = [`refresh: ${toServer}`, `tokens: ${fromServer}`]

test('the trace tells each step of the sequence diagram, across the redirect', async ({
  app,
  api,
}) => {
  await app.open()
  await traced(app)
  await app.signIn()
  await app.fetch(`${api.url}me?q=1#x`)
  await app.refresh()
  const events = await untilTraced(app, 'refresh')
  // Idle time may begin the discovery before the click.
  const discovery = `discovery: ${toServer}`
  const told = steps(events)
  expect(told.filter((step) => step !== discovery)).toEqual([...signIn, ...call, ...refresh])
  expect(told.slice(0, told.indexOf(`authorize: ${toServer}`))).toContain(discovery)
  const of = (wanted: string) => events.find(({ step }) => step === wanted)
  expect(of('call')?.detail).toMatchObject({ method: 'GET', token: 'bearer', status: 200 })
  expect(of('call')?.detail).toHaveProperty('url', expect.stringMatching(/^http:.*\/…\/me$/))
  expect(of('tokens')?.detail).toEqual({
    type: 'bearer',
    seconds: 300,
    hasRefreshToken: true,
    hasIdToken: true,
  })
  for (const { step, end, at } of events)
    if (/^(login|callback|exchange|call|refresh)$/.test(step))
      expect(end, step).toBeGreaterThanOrEqual(at)
  expect(events.findLast(({ step }) => step === 'store')?.detail).toMatchObject({
    holds: 'session',
    isRenewable: true,
    expiresAt: expect.any(Number),
  })
  const states = events.flatMap(({ detail }) => ('status' in detail ? [detail.status] : []))
  expect(states.filter((status) => typeof status === 'string')).toEqual(['signed-out', 'signed-in'])
})

test('a late listener gets all earlier steps, and its undo function removes it', async ({
  app,
  api,
}) => {
  await app.open()
  await app.signIn()
  await app.fetch(`${api.url}me`)
  expect(steps(await untilTraced(app, 'answer'))).toEqual([...signIn.slice(3), ...call])
  const told = await app.page.evaluate(async (url) => {
    const told: string[] = []
    const undo = window.auth.trace(({ step }) => told.push(step))
    // Its chunk is loaded: it is told in the next turns.
    while (!told.includes('answer')) await new Promise((done) => setTimeout(done))
    const before = told.length
    undo()
    await window.auth.fetch(url)
    return [before > 0, told.length - before]
  }, `${api.url}me`)
  expect(told).toEqual([true, 0])
})

test('a listener that throws stops no other, and 200 steps are kept', async ({ app, api }) => {
  await app.open()
  await app.signIn()
  await app.page.evaluate(() => {
    window.reportError = () => {}
    window.auth.trace(({ step }) => {
      if (step === 'call') throw new Error('mine')
    })
  })
  await traced(app)
  const counts = await app.page.evaluate(async (url) => {
    const answers = (): number =>
      [...window.traced!.values()].filter(({ step }) => step === 'answer').length
    for (let count = 0; count < 110; count++) await window.auth.fetch(url)
    while (answers() < 110) await new Promise((done) => setTimeout(done))
    const late = new Set<string>()
    window.auth.trace(({ id }) => void late.add(id))
    while (late.size === 0) await new Promise((done) => setTimeout(done))
    return [late.size, answers()]
  }, `${api.url}me`)
  expect(counts).toEqual([200, 110])
})

test('the last calls before a page is left are kept for the next page', async ({ app, api }) => {
  await app.open()
  await app.signIn()
  // What listens for calls is loaded.
  await untilTraced(app, 'exchange')
  await app.page.evaluate(async (url) => {
    await window.auth.fetch(`${url}last`)
    // No timer of the page ends before it goes.
    location.reload()
  }, api.url)
  await app.page.waitForFunction(() => window.traced === undefined && window.auth)
  expect((await traced(app)).filter(({ step }) => step === 'call')).toMatchObject([
    { outcome: 'ok', detail: { url: expect.stringMatching(/last$/), status: 200 } },
  ])
})

test('the trace starts nothing, and without a listener its files are not loaded', async ({
  app,
}) => {
  const loaded: string[] = []
  app.page.on('request', (request) => loaded.push(request.url()))
  const files = (): string[] => loaded.filter((url) => /trace/.test(url))
  await app.open()
  await app.signIn()
  await app.refresh()
  expect(files()).toEqual([])
  expect(await app.dump()).not.toContain('pixy-auth:trace')
  const status = await app.page.evaluate(async () => {
    const auth = window.Pixy.createAuth(window.options)
    const first = await new Promise<string>((done) => auth.trace(({ step }) => done(step)))
    return [first, auth.state.status]
  })
  expect(status).toEqual(['state', 'loading'])
  expect(files()).toHaveLength(1)
  const { error } = await app.attempt(() => void window.auth.trace(undefined as never))
  expect(error).toMatchObject({ code: 'config', message: expect.stringContaining('listener') })
})

test('a step that fails has its cause', async ({ app, api, server }) => {
  await app.open()
  await app.signIn()
  await traced(app)
  const last = async (): Promise<string | undefined> => steps(await traced(app)).at(-1)

  api.handler = () => Response.error()
  await app.fetch(`${api.url}me`)
  expect(await last()).toBe('call: client → resource server failed network')

  api.handler = () =>
    new Response('', {
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="insufficient_user_authentication"' },
    })
  await app.fetch(`${api.url}me`)
  const challenged = await traced(app)
  expect(steps(challenged).slice(-2)).toEqual([call[1], 'step-up: resource server → client'])
  expect(challenged.findLast(({ step }) => step === 'answer')?.detail).toEqual({
    status: 401,
    challenge: 'insufficient_user_authentication',
  })

  api.handler = () =>
    new Response('', {
      status: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
    })
  await app.fetch(`${api.url}me`)
  const refused = (await traced(app)).findLast(({ step }) => step === 'answer')
  expect(refused?.detail).toEqual({ status: 403, challenge: 'insufficient_scope' })

  server.fail('token', {
    status: 400,
    body: () => ({ error: 'invalid_grant', error_description: 'That of ada@example.com is dead' }),
  })
  await app.refresh()
  const events = await traced(app)
  expect(steps(events).at(-1)).toBe(`refresh: ${toServer} failed oauth_error`)
  expect(events.findLast(({ step }) => step === 'refresh')).toMatchObject({
    detail: { status: 400 },
    hint: 'It said "invalid_grant: That of … is dead".',
  })
  expect(events.at(-1)).toMatchObject({ step: 'state', error: 'session_ended' })
  expect(events.findLast(({ step }) => step === 'store')?.detail).toEqual({ holds: 'refused' })
  await app.fetch(`${api.url}me`)
  expect(await last()).toBe('call: client → resource server failed not_signed_in')
})

test('a sign-in that the server refuses is traced with its hint', async ({ app, server }) => {
  await app.open()
  const { searchParams } = await depart(app, server)
  const params = {
    error: 'invalid_scope',
    iss: server.issuer,
    state: searchParams.get('state') ?? '',
  }
  await app.page.goto(`/?${new URLSearchParams(params)}`)
  expect(steps(await untilTraced(app, 'callback')).slice(-1)).toEqual([
    `callback: ${fromServer} failed oauth_error`,
  ])
  const event = (await traced(app)).find(({ step }) => step === 'callback')
  expect(event).toMatchObject({ hint: 'It said "invalid_scope".', detail: { has: 'error' } })
})

test('a sign-out is traced before its consequences', async ({ app }) => {
  await app.open()
  await app.signIn()
  await app.signOut({ local: true })
  const events = (await untilTraced(app, 'sign-out')).map(({ step }) => step)
  expect(events.slice(events.indexOf('sign-out'))).toEqual(['sign-out', 'store', 'state'])
})

test('the trace shows messages of other tabs, and waiting for them', async ({
  app,
  secondTab,
  server,
}) => {
  await app.open()
  await app.signIn()
  const second = await secondTab()
  await traced(second)
  await expire(app, second)
  holdTokens(server)
  void app.refresh()
  await expect.poll(() => server.requests('token').length).toBe(2)
  void second.refresh()
  const waiting = 'lease: client → other tab pending'
  await expect.poll(async () => steps(await traced(second))).toContain(waiting)
  server.heal()
  expect(steps(await untilTraced(second, 'lease'))).toContain('lease: client → other tab')
  await app.signOut({ local: true })
  await second.becomes('signed-out')
  expect(steps(await traced(second)).at(-1)).toBe('tab: other tab → client')
})

test.describe('with DPoP and pushed requests', () => {
  const planted = { URL: 'the test calls it', Referer: 'so', API: 'so' }
  test.use({ options: { dpop: true, par: true }, planted })

  test('no token, code, verifier or key is in any event', async ({
    app,
    api,
    server,
    canaries,
  }) => {
    await app.open()
    await traced(app)
    await app.signIn()
    api.nonce = 'required'
    await app.fetch(`${api.url}me`)
    const echo = (json: Record<string, unknown>): Record<string, unknown> => ({
      error: 'invalid_request',
      error_description: Object.values(json).join(' '),
    })
    server.fail('userinfo', { status: 400, body: echo })
    await app.attempt(() => window.auth.userInfo())
    const { value: token } = await app.token()
    const code = server.requests('token')[0]?.params['code']
    await app.fetch(`${api.url}${code}/${token}?t=${token}`)
    server.fail('token', { status: 400, body: echo })
    await app.refresh()
    await app.refresh()
    await app.signOut({ local: true })
    const events = await untilTraced(app, 'sign-out')
    const told = steps(events)
    expect(told).toContain(`par: ${toServer}`)
    expect(told).toContain('retry: client → resource server')
    const text = JSON.stringify(events)
    expect([...canaries.marks()].filter((mark) => text.includes(mark))).toEqual([])
    expect(canaries.marks().size).toBeGreaterThan(5)
  })
})
