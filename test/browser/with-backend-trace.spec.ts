import { marksOf } from '../support/canaries.js'
import { saying } from '../support/session.js'
import { steps, traced, untilTraced } from '../support/trace.js'
import { expect, test } from '../support/with-backend.js'

// The trace of a page whose tokens a backend keeps: what this page asks the backend for, and the APIs.

const toBackend = 'client → backend'
const signIn = [
  'click: user → client',
  `authorize: ${toBackend}`,
  'login: user → authorization server',
  `session: ${toBackend}`,
]

test('the trace tells what is asked of the backend, across the sign-in', async ({
  app,
  api,
  world,
}) => {
  await app.open('/')
  expect(steps(await untilTraced(app, 'session'))).toEqual([`session: ${toBackend}`])
  await app.signIn()
  await app.fetch(`${api.origin}/orders/1?q=1`)
  await app.fetch(`${api.origin}/rest/1`)
  await app.refresh()
  await app.attempt(() => window.auth.userInfo())
  const events = await untilTraced(app, 'userinfo')
  expect(steps(events)).toEqual([
    `session: ${toBackend}`,
    ...signIn,
    `call: ${toBackend}`,
    'answer: backend → client',
    `token: ${toBackend}`,
    'tokens: backend → client',
    'call: client → resource server',
    'answer: resource server → client',
    `refresh: ${toBackend}`,
    `userinfo: ${toBackend}`,
  ])
  const detailOf = (wanted: string) => events.findLast(({ step }) => step === wanted)?.detail
  const at = (route: string): string => `${world.app}/auth/${route}`
  expect(detailOf('session')).toEqual({ method: 'GET', url: at('session'), status: 200 })
  expect(detailOf('refresh')).toEqual({ method: 'POST', url: at('session'), status: 200 })
  expect(detailOf('authorize')).toEqual({ url: at('sign-in'), via: 'redirect' })
  expect(detailOf('tokens')).toEqual({ type: 'bearer', seconds: expect.any(Number) })
  const calls = events.filter(({ step }) => step === 'call').map(({ detail }) => detail)
  expect(calls).toMatchObject([
    { url: `${api.origin}/orders/1`, token: 'none', status: 200 },
    { url: `${api.origin}/rest/1`, token: 'bearer', status: 200 },
  ])
  for (const { step, at, end } of events)
    if (/^(login|session|token|call)$/.test(step)) expect(end, step).toBeGreaterThanOrEqual(at)
})

test('a late listener gets all earlier steps, and then those of a sign-out', async ({
  app,
  secondTab,
}) => {
  await app.open('/')
  await app.signIn()
  const other = await secondTab()
  expect(steps(await untilTraced(app, 'session'))).toEqual([
    `session: ${toBackend}`,
    'tab: other tab → client',
  ])
  await untilTraced(other, 'session')
  await app.signOut({ local: true })
  const events = await untilTraced(app, 'forget')
  expect(steps(events).slice(-2)).toEqual(['sign-out: user → client', `forget: ${toBackend}`])
  expect(events.find(({ step }) => step === 'sign-out')?.detail).toEqual({ isLocal: true })
  await other.becomes('signed-out')
  expect(steps(await traced(other)).at(-1)).toBe('tab: other tab → client')
})

test('a page opened after a sign-out traces no sign-out', async ({ app, secondTab }) => {
  await app.open('/')
  await app.signIn()
  await app.signOut({ local: true })
  await untilTraced(app, 'forget')
  const later = await secondTab()
  expect(steps(await untilTraced(later, 'session'))).toEqual([`session: ${toBackend}`])
})

test('a sign-in by require() is not traced as a click', async ({ app, world }) => {
  await app.open('/')
  await untilTraced(app, 'session')
  const left = app.page.waitForRequest(`${world.app}/auth/sign-in?**`)
  await app.page.evaluate(() => void window.auth.require())
  expect([...new URL((await left).url()).searchParams.keys()]).toEqual(['returnTo'])
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  // The page before it had a step `session`, too.
  const last = async (): Promise<string[]> => steps(await traced(app)).slice(-4)
  await expect.poll(last).toEqual(['begin: client → client', ...signIn.slice(1)])
  const events = await traced(app)
  expect(events.find(({ step }) => step === 'begin')?.detail).toEqual({ by: 'require' })
})

test('a step that fails has its cause, without a token in it', async ({ app, api, world }) => {
  await app.open('/')
  const last = async (): Promise<string | undefined> => steps(await traced(app)).at(-1)
  await untilTraced(app, 'session')
  await app.fetch(`${api.origin}/orders/1`)
  expect(await last()).toBe(`call: ${toBackend} failed not_signed_in`)
  await app.signIn()
  const { value: token } = await app.token({ url: `${api.origin}/rest/` })
  await untilTraced(app, 'token')
  await app.fetch(`${api.origin}/orders/${token}?t=${token}`)
  await app.fetch(`${api.origin}/rest/${token}`)
  expect(await last()).toBe('answer: resource server → client')

  const headers = { 'www-authenticate': 'Bearer error="insufficient_user_authentication"' }
  api.answer = () => new Response('', { status: 401, headers })
  await app.fetch(`${api.origin}/orders/1`)
  expect(steps(await traced(app)).slice(-3)).toEqual([
    `call: ${toBackend}`,
    'answer: backend → client',
    'step-up: backend → client',
  ])

  await app.page.route('**/auth/**', (route) => route.abort())
  await app.fetch(`${api.origin}/orders/1`)
  expect(await last()).toBe(`call: ${toBackend} failed network`)
  await app.refresh()
  expect(await last()).toBe(`refresh: ${toBackend} failed network`)
  await app.page.unroute('**/auth/**')

  world.server.revokeGrants()
  await app.refresh()
  expect(await saying(app)).toBe('signed-out session_ended')
  expect(await last()).toBe(`refresh: ${toBackend} failed session_ended`)
  const text = JSON.stringify(await traced(app))
  const secrets = [...world.server.secrets].flatMap(marksOf)
  expect(secrets.length).toBeGreaterThan(5)
  expect(secrets.filter((mark) => text.includes(mark))).toEqual([])
})

test('without a listener the files of the trace are not loaded', async ({ app, api }) => {
  const loaded: string[] = []
  app.page.on('request', (request) => loaded.push(request.url()))
  await app.open('/')
  await app.signIn()
  await app.fetch(`${api.origin}/orders/1`)
  await app.fetch(`${api.origin}/rest/1`)
  expect(loaded.filter((url) => /trace/.test(url))).toEqual([])
  expect(await app.dump()).not.toContain('trace')
})
