import { expect, test } from '../support/fixture.js'
import { expire } from '../support/session.js'
import { alert, place, refused, renders, settled, signInByButton } from '../support/framework.js'

const at = (scene: string): { options: { redirectUri: string } } => ({
  options: { redirectUri: `/react/${scene}` },
})

test.describe('a component that uses useAuth()', () => {
  test.use(at('plain'))

  test('renders twice from load to signed-in, and not at all for a silent refresh', async ({
    app,
  }) => {
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

  test('F48: a callback is exchanged once, and no wrong screen is shown on the way', async ({
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

  test('the router follows the way back, and a loader signs in once', async ({ app, server }) => {
    await app.page.goto('/react/router?tab=2#part')
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/react/router?tab=2#part')
    await app.signOut({ local: true })
    // Whoever has just signed out is not sent away again.
    await app.page.getByRole('link', { name: 'inside' }).click()
    await expect(alert(app)).toHaveText('You are signed out')
    await app.page.goto('/react/router/inside')
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/react/router/inside?from=loader#here')
    expect(server.requests('token')).toHaveLength(2)
  })
})

test.describe('with a router that is a hook', () => {
  test.use(at('hook'))

  test('the provider’s navigate goes back', async ({ app }) => {
    await app.page.goto('/react/hook?tab=2')
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/react/hook?tab=2')
    expect(await app.page.evaluate(() => window.places)).toContain('by hook')
  })
})

test.describe('<SignedIn required>', () => {
  test.use(at('required'))

  test('signs in whoever comes, and shows the fallback to whoever left', async ({
    app,
    server,
  }) => {
    await app.page.goto('/react/required')
    await settled(app, 'Hello user-1')
    await app.page.getByRole('button', { name: 'Sign out' }).click()
    await settled(app, 'You are signed out')
    expect(server.requests('authorize')).toHaveLength(1)
  })

  test('sends nobody round in circles', async ({ app, server }) => {
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

test('a hook without its provider, and a second provider, name the remedy', async ({ app }) => {
  await app.page.goto('/react/outside')
  await expect(alert(app)).toContainText('<AuthProvider auth={auth}>: put')
  await app.page.goto('/react/nested')
  await expect(alert(app)).toContainText('inside another: keep one')
})
