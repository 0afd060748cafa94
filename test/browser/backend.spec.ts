import { expect, test as base, type Page } from '@playwright/test'
import { startAuthorizationServer } from '../../demo/authorization-server.js'
import { createBackend, type Backend } from '../../src/backend/index.js'
import { Person } from '../support/demo.js'
import { serve } from '../support/node-server.js'

// The certified server with a confidential client, and a backend, as a browser sees them.

const clientSecret = 'a secret of the client: 32 characters'

const test = base.extend<{ app: { readonly origin: string; readonly asked: string[] } }>({
  app: async ({}, use) => {
    let backend: Backend | undefined
    const asked: string[] = []
    const served = await serve(async (request) => {
      const { pathname } = new URL(request.url)
      asked.push(`${request.method} ${pathname}`)
      const page = new Response('<title>App</title>', { headers: { 'content-type': 'text/html' } })
      return (await backend?.handle(request)) ?? page
    })
    const { origin } = served
    const provider = await startAuthorizationServer({
      appOrigins: [origin],
      redirectUris: [`${origin}/auth/callback`],
      clientSecret,
    })
    backend = createBackend({
      url: `${origin}/auth`,
      issuer: provider.issuer,
      clientId: provider.clientId,
      clientSecret,
      secrets: 'what cookies are sealed with: 32 characters',
      scope: 'openid profile email offline_access',
    })
    await use({ origin, asked })
    await provider.close()
    await served.close()
  },
})

/** What the app's script gets from the backend. */
const call = (page: Page, route: string, body?: object): Promise<Record<string, unknown>> =>
  page.evaluate(
    async ({ route, body }) => {
      const headers = { 'x-pixy-auth': '1' }
      const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
      return (await fetch(`/auth/${route}`, init)).json() as Promise<Record<string, unknown>>
    },
    { route, body },
  )

test('a person signs in, the token is renewed, and the person signs out', async ({ app, page }) => {
  await page.goto(`${app.origin}/auth/sign-in?returnTo=/deep`)
  const person = new Person(page)
  await person.identify('Ada Lovelace')
  await person.allow()
  await page.waitForURL(`${app.origin}/deep`)
  // The cookie came with this request: the browser took the way back for one of the app's own.
  expect(await call(page, 'session')).toMatchObject({
    status: 'signed-in',
    user: { name: 'Ada Lovelace' },
  })
  const { token } = await call(page, 'token', {})
  await call(page, 'session', { refresh: true })
  const { token: renewed } = await call(page, 'token', {})
  expect(renewed).not.toBe(token)
  expect(await page.evaluate(() => document.cookie)).toBe('')
  await page.goBack()
  expect(page.url()).not.toContain('code=')
  await page.goto(`${app.origin}/deep`)
  const { url } = await call(page, 'sign-out', {})
  expect(await call(page, 'session')).toEqual({ status: 'signed-out' })
  await page.goto(String(url))
  await person.button('Yes, sign out').click()
  await page.waitForURL((at) => at.origin === app.origin && at.pathname === '/')
  expect(app.asked).toContain('GET /auth/callback')
})

test('a page of another origin gets no session', async ({ app, page }) => {
  await page.goto(`${app.origin}/auth/sign-in`)
  await new Person(page).identify('Ada Lovelace')
  await new Person(page).allow()
  await page.waitForURL(`${app.origin}/`)
  const other = await serve(async () => new Response('<title>Other</title>'))
  // The same site, as a sibling domain is: cookies do travel.
  await page.goto(other.origin)
  const answers = await page.evaluate(async (origin) => {
    const send = (init: RequestInit): Promise<number | string> =>
      fetch(`${origin}/auth/token`, { credentials: 'include', ...init }).then(
        ({ status }) => status,
        () => 'not sent',
      )
    const headers = { 'x-pixy-auth': '1' }
    return [
      await send({ method: 'POST', body: '{}' }),
      await send({ method: 'POST', body: '{}', headers }),
      await send({ method: 'POST', body: '{}', mode: 'no-cors' }),
    ]
  }, app.origin)
  expect(answers).toEqual(['not sent', 'not sent', 0])
  await page.goto(`${app.origin}/`)
  expect(await call(page, 'session')).toMatchObject({ status: 'signed-in' })
  await other.close()
})
