import { serve } from '../support/node-server.js'
import { button, click, closes, ends } from '../support/popup.js'
import { saying } from '../support/session.js'
import { expect, test } from '../support/with-backend.js'
import { until } from '../support/frame.js'

// A sign-in by popup where a backend keeps the tokens: it ends on a page of the backend, which tells the page that
// opened the popup, and closes. Calls to `orders/` are made by the backend, those to `rest/` by the page.

for (const policy of ['', 'same-origin'])
  test(`a popup signs in for every tab with opener policy “${policy}”`, async ({
    app,
    api,
    secondTab,
    world,
  }) => {
    if (policy)
      world.server.fail('authorize', { headers: { 'cross-origin-opener-policy': policy } }, 9)
    await app.open('/desk?a=1#b')
    const second = await secondTab()
    await button(app, { acrValues: 'strong' })
    const popup = await click(app)
    await ends(app, 'signed-in')
    await closes(popup)
    expect(await app.state()).toMatchObject({ status: 'signed-in', user: { sub: 'user-1' } })
    expect(app.page.url()).toBe(`${world.app}/desk?a=1#b`)
    expect(world.server.requests('authorize')[0]?.params).toMatchObject({ acr_values: 'strong' })
    for (const path of ['orders', 'rest'])
      expect((await app.fetch(`${api.origin}/${path}/1`)).value?.status, path).toBe(200)
    await second.becomes('signed-in')
    expect((await app.reload()).status).toBe('signed-in')
  })

test('a failed sign-in says why, and the session before it stays', async ({ app, world }) => {
  await app.open('/')
  await button(app)
  world.server.consent = { error: 'access_denied' }
  await closes(await click(app))
  await ends(app, 'access_denied')
  expect(await saying(app)).toBe('signed-out access_denied')
  world.server.consent = {}
  await closes(await click(app))
  await ends(app, 'access_denied', 'signed-in')
  world.server.consent = { error: 'access_denied' }
  await closes(await click(app))
  await ends(app, 'access_denied', 'signed-in', 'access_denied')
  expect(await saying(app)).toBe('signed-in')
})

test('a sign-out that never reached the backend ends no session of a popup', async ({ app }) => {
  await app.open('/')
  await app.signIn()
  // As of a page that was left while it still loaded, and of a backend that is out of reach since then.
  await app.page.evaluate(() =>
    localStorage.setItem(`pixy-auth:ended:${location.origin}/auth`, '*'),
  )
  await app.page.route('**/auth/session', (route) => route.abort())
  expect((await app.reload()).status).toBe('signed-out')
  await app.page.unroute('**/auth/session')
  await button(app, { prompt: 'login' })
  await closes(await click(app))
  await ends(app, 'signed-in')
  const told = app.page.waitForResponse('**/auth/session')
  await app.page.evaluate(() => void dispatchEvent(new Event('online')))
  await told
  expect((await app.attempt(() => window.auth.userInfo())).error).toBeUndefined()
  expect(await saying(app)).toBe('signed-in')
  expect((await app.reload()).status).toBe('signed-in')
})

test('a popup whose opener is gone becomes the app', async ({ app, world }) => {
  world.server.consent = { page: 'Sign in' }
  await app.open('/desk')
  await button(app, { returnTo: '/after' })
  const popup = await click(app)
  await popup.waitForURL(`${world.server.issuer}/**`)
  await app.page.goto('about:blank')
  world.server.consent = {}
  await popup.reload().catch(() => {})
  await popup.waitForURL(`${world.app}/after`)
  await popup.waitForFunction(() => window.auth?.state.status === 'signed-in')
})

const headers = {
  'www-authenticate': 'Bearer error="insufficient_user_authentication", acr_values="mfa"',
  'access-control-expose-headers': 'www-authenticate',
}

test.describe('an API that wants a second factor', () => {
  test.use({ pageOptions: { stepUp: 'popup' } })

  test('gets it by popup, and the same call is made once more', async ({ app, api, world }) => {
    await app.open('/')
    await app.signIn()
    for (const path of ['orders', 'rest']) {
      const asked = world.server.requests('authorize').length
      api.answer = () =>
        world.server.requests('authorize').length === asked
          ? new Response(null, { status: 401, headers })
          : undefined
      const opened = app.page.waitForEvent('popup')
      const answer = app.fetch(`${api.origin}/${path}/1`, { method: 'POST', body: 'x' })
      await closes(await opened)
      expect((await answer).value?.status, path).toBe(200)
      const [last] = world.server.requests('authorize').slice(asked)
      expect(last?.params).toMatchObject({ acr_values: 'mfa' })
    }
  })
})

test('signing in by a hidden frame is unsupported', async ({ app }) => {
  await app.open('/')
  const { error } = await app.attempt(() => window.auth.signIn({ via: 'iframe' }))
  expect(error?.code).toBe('unsupported')
})

test('a popup from a frame in another site’s page is refused: it gets no cookie', async ({
  app,
  world,
}) => {
  const around = await serve(
    async () =>
      new Response(
        `<!doctype html><link rel="icon" href="data:,"><iframe src="${world.app}/desk">`,
        {
          headers: { 'content-type': 'text/html' },
        },
      ),
    { host: '127.0.0.1' },
  )
  await app.page.goto(around.origin)
  const frame = app.page.frames()[1]!
  await until(frame, () => 'auth' in window)
  await frame.evaluate(async (origin) => {
    await window.auth.start()
    const one = document.body.appendChild(document.createElement('button'))
    one.textContent = 'Sign in'
    const told = (error: { code: string; hint?: string }): void =>
      void (one.textContent = `${error.code} ${error.hint}`)
    one.onclick = () =>
      void window.auth.signIn({ via: 'popup', frameOrigins: [origin] }).catch(told)
  }, around.origin)
  await frame.click('button')
  await expect(frame.locator('button')).toContainText('unsupported')
  expect(world.server.requests('authorize')).toHaveLength(0)
  await around.close()
})
