import { expect, test } from '../support/fixture.js'
import { expire } from '../support/session.js'
import { alert, place, refused, renders, settled, signInByButton } from '../support/framework.js'

const at = (scene: string): { options: { redirectUri: string } } => ({
  options: { redirectUri: `/vue/${scene}` },
})

test.describe('a component that uses useAuth()', () => {
  test.use(at('plain'))

  test('renders twice until signed in, and not for a silent refresh', async ({ app }) => {
    await app.page.goto('/vue/plain')
    await settled(app, 'Sign in')
    expect(await renders(app)).toEqual(['loading', 'signed-out'])
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    expect(await renders(app)).toEqual(['loading', 'signed-in user-1'])
    await expire(app)
    expect((await app.refresh()).error).toBeUndefined()
    expect(await renders(app)).toEqual(['loading', 'signed-in user-1'])
    await app.page.getByRole('button', { name: 'Sign out' }).click()
    await settled(app, 'Sign in')
  })
})

test.describe('with Vue Router', () => {
  test.use(at('router'))
  // The docs advise against it, but a router that is made before start() works, too.
  test.use({ planted: { history: 'Vue Router copies the address that it finds.' } })

  test('the router follows the way back, and the guard signs in once', async ({ app, server }) => {
    await app.page.goto('/vue/router?tab=2#part')
    await signInByButton(app)
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/vue/router?tab=2#part')
    await app.signOut({ local: true })
    await app.page.evaluate(() => window.go('/vue/router/inside'))
    await expect(alert(app)).toHaveText('No')
    await app.page.goto('/vue/router/inside?from=guard#here')
    await settled(app, 'Hello user-1')
    await expect(place(app)).toHaveText('/vue/router/inside?from=guard#here')
    expect(server.requests('token')).toHaveLength(2)
  })

  test('the guard does not repeat a sign-in that was refused', async ({ app, server }) => {
    server.consent = { error: 'access_denied' }
    await app.page.goto('/vue/router/inside')
    await refused(app)
    await expect(alert(app)).toHaveText('No')
    expect(server.requests('authorize')).toHaveLength(1)
  })
})

test('a missing and a second plugin are errors that name the remedy', async ({ app }) => {
  await app.page.goto('/vue/outside')
  await expect(alert(app).first()).toContainText('call app.use(createAuthPlugin(auth))')
  await app.page.goto('/vue/twice')
  await expect(alert(app).first()).toContainText('in this app: keep one')
})

test.describe('<SignInLink>', () => {
  test.use(at('link'))

  test('has the URL of a sign-in', async ({ app, server }) => {
    await app.page.goto('/vue/link')
    const link = app.page.getByRole('link', { name: 'Sign in by a link' })
    await expect(link).toHaveAttribute('href', /authorize.*login_hint=ada/)
    await link.click()
    await settled(app, 'Hello user-1')
    expect(server.requests('token')).toHaveLength(1)
  })
})
