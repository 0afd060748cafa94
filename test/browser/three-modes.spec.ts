import { expect } from '@playwright/test'
import type { AuthState } from '../../src/index.js'
import { Person } from '../support/demo.js'
import { back, leave, reason } from '../support/oidc-provider.js'
import { saying } from '../support/session.js'
import type { Tab } from '../support/tab.js'
import { modes, test } from '../support/three-modes.js'

// One app, whose tokens live in the page, or at a backend that lends or uses them: it behaves the same.

/** Sign in as a person does, who allows what the app asks for. */
async function signIn(tab: Tab): Promise<AuthState> {
  const { origin } = new URL(tab.page.url())
  const person = await leave(tab)
  await person.identify('Ada Lovelace')
  await person.allow()
  return back(tab, origin)
}

/** The `Authorization` headers that a page sends from now on. */
function tokensSent({ page }: Tab): string[] {
  const sent: string[] = []
  page.on('request', (request) => {
    const { authorization } = request.headers()
    if (authorization) sent.push(authorization)
  })
  return sent
}

for (const mode of modes)
  test.describe(`tokens in: ${mode}`, () => {
    test.use({ mode })

    test('sign-in: the user comes back to the page, and stays signed in', async ({ app }) => {
      expect(await app.open('/deep?page=2#part')).toEqual({ status: 'signed-out' })
      const ada = { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }
      expect(await signIn(app)).toMatchObject({ status: 'signed-in', user: ada })
      const { pathname, search, hash } = new URL(app.page.url())
      expect(pathname + search + hash).toBe('/deep?page=2#part')
      expect(await app.reload()).toMatchObject({ status: 'signed-in', user: ada })
    })

    test('callback errors: the app hears why, and the user may try again', async ({
      app,
      world,
    }) => {
      await app.open()
      await leave(app, { prompt: 'none' })
      await back(app, world.app[mode])
      expect(await reason(app)).toEqual(['signed-out', 'interaction_required', 'login_required'])
      const person = await leave(app)
      await expect(person.heading('Sign in')).toBeVisible()
      await person.cancel()
      await back(app, world.app[mode])
      expect(await reason(app)).toEqual(['signed-out', 'access_denied', 'access_denied'])
      expect((await signIn(app)).status).toBe('signed-in')
      expect(await reason(app)).toEqual(['signed-in', undefined, undefined])
    })

    test('calls: the API gets a token, other places do not', async ({ app, world }) => {
      const sent = tokensSent(app)
      await app.open()
      const url = `${world.api}/api/me`
      expect((await app.fetch(url)).error?.code).toBe('not_signed_in')
      await signIn(app)
      const { value } = await app.fetch(url)
      expect(value).toMatchObject({ status: 200 })
      expect(JSON.parse(value?.body ?? '')).toMatchObject({ sub: 'ada', name: 'Ada Lovelace' })
      expect((await app.fetch(`${world.api}/api/none`)).value?.status).toBe(404)
      // With a proxy the page itself sends no token anywhere.
      expect(sent.length > 0).toBe(mode !== 'backend, proxy')
      sent.length = 0
      expect((await app.fetch(`${world.issuer}/me`)).value?.status).toBe(401)
      expect(sent).toEqual([])
    })

    test('401: a refused token is renewed once, and the calls are sent again', async ({
      app,
      world: { api, switches },
    }) => {
      await app.open()
      await signIn(app)
      const url = `${api}/api/me`
      expect((await app.fetch(url)).value?.status).toBe(200)
      switches.issued.forEach((id) => switches.expired.add(id))
      const before = switches.refreshes
      const calls = await Promise.all([app.fetch(url), app.fetch(url), app.fetch(url)])
      expect(calls.map(({ value }) => value?.status)).toEqual([200, 200, 200])
      expect(switches.refreshes - before).toBe(1)
      expect(await app.history()).toEqual(['loading', 'signed-in'])
    })

    test('tabs: a sign-in and a sign-out in one show in the other', async ({
      app,
      secondTab,
      world: { api },
    }) => {
      await app.open()
      const other = await secondTab()
      expect(await other.state()).toEqual({ status: 'signed-out' })
      await signIn(app)
      await other.becomes('signed-in')
      expect((await other.fetch(`${api}/api/me`)).value?.status).toBe(200)
      await other.signOut({ local: true })
      await app.becomes('signed-out')
      expect((await app.reload()).status).toBe('signed-out')
    })

    test('sign-out everywhere: here, in other tabs, and at the server', async ({
      app,
      secondTab,
      world: { api, asked, app: origins },
    }) => {
      await app.open()
      await signIn(app)
      const other = await secondTab()
      expect((await other.state()).status).toBe('signed-in')
      asked.length = 0
      const arrived = app.page.waitForEvent('load')
      await app.page.evaluate(() => void window.auth.signOut())
      await arrived
      await app.page.getByRole('button', { name: 'Yes, sign out' }).click()
      expect(await back(app, origins[mode])).toEqual({ status: 'signed-out' })
      await other.becomes('signed-out')
      for (const tab of [app, other])
        expect((await tab.fetch(`${api}/api/me`)).error?.code).toBe('not_signed_in')
      expect(asked).toEqual(expect.arrayContaining(['POST /token/revocation', 'GET /session/end']))
      // Without a session the server asks for the name again.
      const person = await leave(other)
      await expect(person.heading('Sign in')).toBeVisible()
    })

    test('offline: the user stays signed in, and goes on when the network is back', async ({
      app,
      context,
      world: { api },
    }) => {
      await app.open()
      await signIn(app)
      // It brings what a refresh needs of the app's own files.
      await app.refresh()
      await context.setOffline(true)
      expect((await app.refresh()).error).toMatchObject({ code: 'network', retryable: true })
      expect(await saying(app)).toBe('signed-in network')
      await context.setOffline(false)
      await app.becomes('signed-in')
      expect((await app.fetch(`${api}/api/me`)).value?.status).toBe(200)
      expect(await app.history()).toEqual(['loading', 'signed-in', 'stale', 'signed-in'])
    })

    test('step-up: a call with a second factor is made once more', async ({
      app,
      world: { api, app: origins },
    }) => {
      await app.open('/desk?a=1')
      await signIn(app)
      const url = `${api}/api/transfer`
      const arrived = app.page.waitForEvent('load')
      const { error } = await app.fetch(url, { method: 'POST' })
      expect(error?.code).toBe('step_up_required')
      await arrived
      await new Person(app.page).confirm()
      expect(await back(app, origins[mode])).toMatchObject({
        status: 'signed-in',
        user: { sub: 'ada' },
      })
      expect(new URL(app.page.url()).pathname).toBe('/desk')
      const { value } = await app.fetch(url, { method: 'POST' })
      expect(JSON.parse(value?.body ?? '')).toMatchObject({ confirmedBy: 'second factor' })
    })
  })
