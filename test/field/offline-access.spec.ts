import { expect, test, type Tab } from '../support/fixture.js'
import { expire } from '../support/session.js'
import type { Consent, MockServer } from '../../src/testing/index.js'
import { said } from '../support/sign-in-steps.js'

// A server gives no refresh token for `offline_access` unless the request has `prompt=consent`.

test.use({ serverOptions: { consentForOffline: true } })

const prompts = (server: MockServer): (string | undefined)[] =>
  server.requests('authorize').map(({ params }) => params['prompt'])

/** Sign in, and wait until the page is at rest. */
async function signIn(app: Tab, server: MockServer, visits: number): Promise<void> {
  const before = server.requests('authorize').length
  await app.page.evaluate(() => void window.auth.signIn())
  await expect.poll(() => server.requests('authorize').length).toBe(before + visits)
  await app.page.waitForFunction(
    () =>
      location.pathname + location.search === '/deep' && window.auth?.state.status === 'signed-in',
  )
}

test('the user is asked for consent, and the session can be renewed', async ({ app, server }) => {
  await app.open('/deep')
  await signIn(app, server, 2)
  expect(prompts(server)).toEqual([undefined, 'consent'])
  await expire(app)
  expect((await app.token()).value).toBeTruthy()

  await test.step('the next sign-in asks at once', async () => {
    await app.signOut({ local: true })
    await signIn(app, server, 1)
    expect(prompts(server)).toEqual([undefined, 'consent', 'consent'])
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  })
})

test('a user who refuses consent has a session without a refresh token', async ({
  app,
  server,
}) => {
  await app.open('/deep')
  server.consent = (params): Consent => (params.has('prompt') ? { error: 'access_denied' } : {})
  await signIn(app, server, 2)
  expect((await app.token()).value).toBeTruthy()
})

test('consent that brings no refresh token is asked for once', async ({ app, server }) => {
  server.consent = { scope: 'openid profile email' }
  await app.open('/deep')
  await signIn(app, server, 2)
  await app.signOut({ local: true })
  await signIn(app, server, 1)
  expect(prompts(server)).toEqual([undefined, 'consent', undefined])
})

test.describe('with a server that gives refresh tokens without it', () => {
  test.use({ serverOptions: {} })

  test('the user is not asked for consent', async ({ app, server }) => {
    await app.open('/deep')
    await signIn(app, server, 1)
    expect(prompts(server)).toEqual([undefined])
  })
})

test('a prompt that the app sets is sent unchanged', async ({ app, server }) => {
  await app.open('/deep')
  for (const prompt of ['none', 'login', 'select_account']) {
    await app.leave({ prompt })
    expect(await said(app)).toBe('signed-in')
    await app.signOut({ local: true })
  }
  expect(prompts(server)).toEqual(['none', 'login', 'select_account'])
})

test.describe('without `offline_access`', () => {
  test.use({ options: { scope: 'openid' } })

  test('the user is not asked for consent', async ({ app, server }) => {
    await app.open('/deep')
    await signIn(app, server, 1)
    expect(prompts(server)).toEqual([undefined])
  })
})
