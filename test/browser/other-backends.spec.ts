import { saying } from '../support/session.js'
import { expect, orders, test } from '../support/preset.js'

// A page whose backend is of another make.

test.describe('Duende', () => {
  test.use({ preset: 'duende', pageOptions: orders })

  test('the user signs in, calls and signs out, in every tab', async ({
    app,
    secondTab,
    other,
  }) => {
    expect(await app.open('/deep?page=2')).toEqual({ status: 'signed-out' })
    expect(await app.signIn({ prompt: 'login' })).toMatchObject({
      status: 'signed-in',
      user: { sub: 'user-1', role: ['admin', 'author'] },
      session: { authTime: 1764000000 },
    })
    expect(other.asked).toContain('GET /of/another/login?returnUrl=%2Fdeep%3Fpage%3D2&prompt=login')
    expect(new URL(app.page.url()).pathname).toBe('/deep')
    const second = await secondTab()
    expect((await app.fetch('/orders/')).value?.body).toBe('{"is":"here"}')
    const away = app.page.waitForURL('**/signed-out')
    await app.page.evaluate(() => void window.auth.signOut())
    await away
    await second.becomes('signed-out')
    expect(other.session).toBeUndefined()
    expect((await second.reload()).status).toBe('signed-out')
  })

  test('a call after the backend has ended the session ends it in the page', async ({
    app,
    other,
  }) => {
    await app.open('/')
    await app.signIn()
    other.answer = (path) => (path === '/orders/' ? new Response(null, { status: 401 }) : undefined)
    expect((await app.fetch('/orders/')).value?.status).toBe(401)
    expect(await saying(app)).toBe('signed-in')
    other.session = undefined
    expect((await app.fetch('/orders/')).error?.code).toBe('session_ended')
    expect(await saying(app)).toBe('signed-out session_ended')
  })

  test('a local sign-out ends the backend’s session without leaving the page', async ({
    app,
    other,
  }) => {
    await app.open('/')
    await app.signIn()
    await app.signOut({ local: true })
    expect(await saying(app)).toBe('signed-out')
    await expect.poll(() => other.session).toBeUndefined()
    expect(new URL(app.page.url()).pathname).toBe('/')
  })
})

test.describe('Auth0 for Next.js', () => {
  test.use({ preset: 'nextjsAuth0' })

  test('the user signs in, calls with a token of the backend, and signs out', async ({
    app,
    api,
    other,
  }) => {
    api.answer = ({ headers }) => Response.json({ got: headers.get('authorization') })
    expect(await app.open('/deep')).toEqual({ status: 'signed-out' })
    const asked = { acrValues: 'strong', resource: 'https://api', params: { connection: 'x' } }
    expect(await app.signIn(asked)).toMatchObject({ status: 'signed-in', user: { sub: 'user-1' } })
    expect(other.asked).toContain(
      'GET /of/another/login?returnTo=%2Fdeep&connection=x&acr_values=strong&audience=https%3A%2F%2Fapi',
    )
    const answer = await app.fetch(`${api.origin}/rest/me`)
    expect(answer.value?.body).toBe('{"got":"Bearer token for the sign-in"}')
    const away = app.page.waitForURL('**/signed-out')
    await app.page.evaluate(() => void window.auth.signOut())
    await away
    expect(other.session).toBeUndefined()
    expect(await app.open('/')).toEqual({ status: 'signed-out' })
  })

  // Two sessions of one user have the same name.
  test('a sign-out that did not reach it does not end the next session', async ({ app, other }) => {
    await app.open('/')
    await app.signIn()
    await app.page.route('**/logout', (route) => route.abort())
    await app.signOut({ local: true }).catch(() => {})
    expect(await saying(app)).toBe('signed-out')
    expect(other.session).toBeDefined()
    await app.page.unroute('**/logout')
    expect((await app.signIn()).status).toBe('signed-in')
    expect((await app.reload()).status).toBe('signed-in')
  })
})
