import { expect, orders, test } from '../support/preset.js'
import { saying } from '../support/session.js'

// A page whose backend is the Token Handler of Curity: it finishes the sign-in by itself.

test.use({ preset: 'curity', pageOptions: orders })

test('the user signs in, calls and signs out, in every tab', async ({ app, secondTab, curity }) => {
  expect(await app.open('/deep?page=2')).toEqual({ status: 'signed-out' })
  const asked = { prompt: 'login', maxAge: 60, params: { brand: 'blue' } }
  expect(await app.signIn(asked)).toMatchObject({
    status: 'signed-in',
    user: { sub: 'user-1', name: 'Ada Lovelace' },
    session: { issuer: 'https://id.example', acr: 'strong', authTime: 1764000000 },
  })
  expect(curity.forms[0]).toEqual({ prompt: 'login', max_age: '60', brand: 'blue' })
  expect(new URL(app.page.url()).href).toMatch(/\/deep\?page=2$/)
  const second = await secondTab()
  expect((await second.state()).status).toBe('signed-in')
  expect((await app.fetch('/orders/')).value?.body).toBe('{"is":"here"}')
  const away = app.page.waitForURL('**/signed-out')
  await app.page.evaluate(() => void window.auth.signOut())
  await away
  await second.becomes('signed-out')
  expect(curity.session).toBeUndefined()
  expect((await second.reload()).status).toBe('signed-out')
})

test('the code leaves the address before a router can read it', async ({ app, curity }) => {
  await app.page.addInitScript(() => {
    const seen: string[] = []
    Object.assign(window, { seen })
    // The page sets it in the turn in which it starts, and so stands for a router made there.
    Object.defineProperty(window, 'AuthError', {
      set() {
        seen.push(location.href, JSON.stringify(history.state))
      },
    })
    for (const name of ['pushState', 'replaceState'] as const) {
      const write = history[name]
      history[name] = function (...given) {
        seen.push(String(given[2]))
        write.apply(this, given)
      }
    }
  })
  await app.open('/deep')
  await app.signIn()
  const seen = await app.page.evaluate(() => (window as unknown as { seen: string[] }).seen)
  expect(seen.length).toBeGreaterThan(1)
  expect(seen.join()).not.toMatch(/the-secret-code|state=/)
  expect(seen).toContainEqual(expect.stringMatching(/\/signed-in\?is=here$/))
  expect(curity.forms[1]).toEqual({
    code: 'the-secret-code',
    state: expect.any(String),
    iss: 'x',
  })
  const kept = await app.page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  )
  expect(kept).not.toContain('the-secret-code')
})

test('an answer that this tab did not ask for stays in the address', async ({ app, curity }) => {
  await app.open('/elsewhere?code=of-another-server&state=theirs')
  expect(app.page.url()).toContain('code=of-another-server')
  // Left for a sign-in, and come back by hand.
  await app.page.evaluate(() =>
    sessionStorage.setItem(
      `pixy-auth:sign-in:${location.origin}/of/another`,
      JSON.stringify({ returnTo: '/', state: 'ours' }),
    ),
  )
  await app.reload()
  expect(app.page.url()).toContain('code=of-another-server')
  expect(curity.asked.join()).not.toContain('login/end')
})

test('a failed sign-in rejects with its reason, and starts no loop', async ({ app, curity }) => {
  await app.page.addInitScript(() => {
    // What a test evaluates in a page counts as a gesture of the user.
    Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } })
    addEventListener('DOMContentLoaded', () => {
      const told = (error: { code: string }): void => void (document.title = error.code)
      void window.auth.start().then(() => window.auth.signIn().catch(told))
    })
  })
  curity.error = 'access_denied'
  await app.page.goto('/deep')
  await expect(app.page).toHaveTitle('access_denied')
  expect(new URL(app.page.url()).pathname).toBe('/deep')
  expect(curity.asked.filter((one) => one.includes('login/start'))).toHaveLength(1)
})

test('a failed sign-in keeps the session before it', async ({ app, curity }) => {
  await app.open('/')
  await app.signIn()
  curity.error = 'login_required'
  await app.leave({ prompt: 'none' })
  expect((await app.started()).status).toBe('signed-in')
})

test('simultaneous calls with an expired token cost one refresh per tab at most', async ({
  app,
  secondTab,
  curity,
}) => {
  await app.open('/')
  await app.signIn()
  const second = await secondTab()
  curity.isExpired = true
  const all = [app, second].map((tab) =>
    tab.page.evaluate(async () => {
      const calls = Array.from({ length: 20 }, () =>
        window.auth.fetch('/orders/', { method: 'POST', body: 'x' }),
      )
      return (await Promise.all(calls)).map(({ status }) => status)
    }),
  )
  const statuses = (await Promise.all(all)).flat()
  expect(new Set(statuses)).toEqual(new Set([200]))
  // Firefox may tell a tab late what another wrote.
  const refreshes = curity.asked.filter((one) => one.includes('/refresh')).length
  expect([1, 2]).toContain(refreshes)
})

test('an API that refuses every token makes no loop, and ends no session', async ({
  app,
  curity,
}) => {
  await app.open('/')
  await app.signIn()
  curity.answer = (path) => (path === '/orders/' ? new Response(null, { status: 401 }) : undefined)
  for (let i = 0; i < 3; i++) expect((await app.fetch('/orders/')).value?.status).toBe(401)
  expect(curity.asked.filter((one) => one.includes('/refresh'))).toHaveLength(1)
  expect(await saying(app)).toBe('signed-in')
})

test('a session that the server does not renew ends in every tab', async ({
  app,
  secondTab,
  curity,
}) => {
  await app.open('/')
  await app.signIn()
  const second = await secondTab()
  Object.assign(curity, { isExpired: true, isRefused: true })
  expect((await app.fetch('/orders/')).error?.code).toBe('session_ended')
  expect(await saying(app)).toBe('signed-out session_ended')
  await second.becomes('signed-out')
})

test('a refresh that fails with 502 ends no session', async ({ app, curity }) => {
  await app.open('/')
  await app.signIn()
  curity.isExpired = true
  curity.answer = (path) => (path === '/refresh' ? new Response(null, { status: 502 }) : undefined)
  expect((await app.fetch('/orders/')).value?.status).toBe(401)
  expect(await saying(app)).toBe('signed-in')
  curity.answer = undefined
  expect((await app.fetch('/orders/')).value?.status).toBe(200)
})

test('signing in by a popup is unsupported', async ({ app }) => {
  await app.open('/')
  const { error } = await app.attempt(() => window.auth.signIn({ via: 'popup' }))
  expect(error).toMatchObject({ code: 'unsupported', hint: expect.stringContaining('redirect') })
})

test('signing in by a link is unsupported', async ({ app }) => {
  await app.open('/')
  const { error } = await app.attempt(() => window.auth.signInUrl())
  expect(error).toMatchObject({ code: 'unsupported', hint: expect.stringContaining('signIn()') })
})
