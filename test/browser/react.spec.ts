import { expect, Tab, test } from '../support/fixture.js'
import { expire } from '../support/session.js'
import { alert, place, refused, renders, settled, signInByButton } from '../support/framework.js'

const at = (scene: string): { options: { redirectUri: string } } => ({
  options: { redirectUri: `/react/${scene}` },
})

test.describe('a component that uses useAuth()', () => {
  test.use(at('plain'))

  test('renders twice until signed in, and not for a silent refresh', async ({ app }) => {
    await app.page.goto('/react/plain')
    await settled(app, 'Sign in')
    expect(await renders(app)).toEqual(['loading', 'signed-out'])
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    expect(await renders(app)).toEqual(['loading', 'signed-in user-1'])
    await app.page.reload()
    await settled(app, 'Hello user-1')
    await expire(app)
    expect((await app.token()).error).toBeUndefined()
    expect((await app.refresh()).error).toBeUndefined()
    expect(await renders(app)).toEqual(['loading', 'signed-in user-1'])
    await app.page.getByRole('button', { name: 'Sign out' }).click()
    await settled(app, 'Sign in')
    expect(await renders(app)).toEqual(['loading', 'signed-in user-1', 'signed-out'])
  })
})

test.describe('under StrictMode', () => {
  test.use(at('strict'))

  test('F48: a callback is exchanged once, and no wrong screen is shown', async ({
    app,
    server,
  }) => {
    await app.page.goto('/react/strict')
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    expect(server.requests('token')).toHaveLength(1)
    expect(new Set(await renders(app))).toEqual(new Set(['loading', 'signed-in user-1']))
  })
})

test.describe('with React Router', () => {
  test.use(at('router'))

  test('the router shows the page of the sign-in again, and a loader signs in once', async ({
    app,
    server,
  }) => {
    await app.page.goto('/react/router?tab=2#part')
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/react/router?tab=2#part')
    await app.signOut({ local: true })
    // A user who has just signed out is not sent to the server again, but for a click.
    await app.page.evaluate(() => window.go('/react/router/inside'))
    await expect(alert(app)).toHaveText('You are signed out')
    await app.page.goto('/react/router/inside')
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/react/router/inside?from=loader#here')
    expect(server.requests('token')).toHaveLength(2)
  })
})

test.describe('with a router whose navigate is a hook', () => {
  test.use(at('hook'))

  test('the provider’s navigate is used for the way back', async ({ app }) => {
    await app.page.goto('/react/hook?tab=2')
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/react/hook?tab=2')
    expect(await app.page.evaluate(() => window.places)).toContain('by hook')
  })
})

test.describe('<SignedIn required>', () => {
  test.use(at('required'))

  test('signs a visitor in, and shows the fallback after a sign-out', async ({ app, server }) => {
    await app.page.goto('/react/required')
    await settled(app, 'Hello user-1')
    await app.page.getByRole('button', { name: 'Sign out' }).click()
    await settled(app, 'You are signed out')
    expect(server.requests('authorize')).toHaveLength(1)
  })

  test('does not repeat a sign-in that was refused', async ({ app, server }) => {
    server.consent = { error: 'access_denied' }
    await app.page.goto('/react/required')
    await refused(app)
    await settled(app, 'You are signed out')
    expect(server.requests('authorize')).toHaveLength(1)
  })
})

test.describe('Suspense', () => {
  test.use(at('suspense'))

  test('waits for start(), and never shows "loading"', async ({ app }) => {
    await app.page.goto('/react/suspense')
    await settled(app, 'Sign in')
    expect((await renders(app))[0]).toBe('signed-out')
    expect(await renders(app)).not.toContain('loading')
  })
})

test('a missing and a second provider are errors that name the remedy', async ({ app }) => {
  await app.page.goto('/react/outside')
  await expect(alert(app)).toContainText('<AuthProvider auth={auth}>: put')
  await app.page.goto('/react/nested')
  await expect(alert(app)).toContainText('inside another: keep one')
})

test.describe('<SignInLink>', () => {
  test.use(at('link'))

  /** The URL of the link, once it has one that it had not before. */
  async function urlOf({ page }: Tab, before = ''): Promise<string> {
    const link = page.getByRole('link')
    const href = async (): Promise<string> => (await link.getAttribute('href')) ?? ''
    await expect.poll(async () => ['', before].includes(await href())).toBe(false)
    return href()
  }

  test('works with a middle click, from wherever the user is', async ({ app, context }) => {
    await app.page.goto('/react/link')
    const before = await urlOf(app)
    expect(before).toContain('login_hint=ada')
    await app.page.evaluate(() => history.pushState(null, '', '?tab=2'))
    await app.page.getByRole('link').hover()
    await urlOf(app, before)
    const opening = context.waitForEvent('page')
    await app.page.getByRole('link').click({ button: 'middle' })
    const tab = new Tab(await opening)
    await tab.page.waitForURL('**/react/link?tab=2')
    await settled(tab, 'Hello user-1')
    await settled(app, 'Hello user-1')
  })

  test('is prepared again after its use, and before it expires', async ({ app, context }) => {
    await app.page.clock.install()
    await app.page.goto('/react/link')
    const first = await urlOf(app)
    await app.page.clock.fastForward(40 * 60_000)
    expect(await urlOf(app)).toBe(first)
    await app.page.clock.fastForward(15 * 60_000)
    const second = await urlOf(app, first)
    // A server that the user leaves at once.
    await context.route('**/authorize?*', (route) => route.abort())
    await app.page.getByRole('link').click({ button: 'middle' })
    await urlOf(app, second)
  })

  test('a click signs in where no URL can be prepared', async ({ app, server }) => {
    server.options.metadata = { require_pushed_authorization_requests: true }
    await app.page.goto('/react/link')
    await settled(app, 'Sign in by a link')
    await app.page.getByRole('link').click()
    await settled(app, 'Hello user-1')
    expect(server.requests('par')).toHaveLength(1)
  })
})
