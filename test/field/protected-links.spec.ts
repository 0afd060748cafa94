import { expect, test, type Tab } from '../support/fixture.js'
import { alert, place, refused, settled, signInByButton } from '../support/framework.js'

const press = ({ page }: Tab, role: 'button' | 'link', name: string): Promise<void> =>
  page.getByRole(role, { name }).click()

for (const framework of ['react', 'vue'])
  test.describe(`${framework} router`, () => {
    test.use({ options: { redirectUri: `/${framework}/router` } })
    test.use({ planted: { history: 'Vue Router copies the address that it finds.' } })

    test('a protected link leads to the sign-in at once after a sign-out', async ({
      app,
      server,
    }) => {
      await app.page.goto(`/${framework}/router`)
      await signInByButton(app)
      await settled(app, 'Hello user-1')
      await press(app, 'button', 'Sign out')
      await settled(app, 'Sign in')
      expect(server.requests('authorize')).toHaveLength(1)
      await press(app, 'link', 'inside')
      await settled(app, 'Hello user-1')
      await expect(place(app)).toContainText(`/${framework}/router/inside`)
      expect(server.requests('authorize')).toHaveLength(2)
    })

    test('a protected link leads to the sign-in at once after a cancelled one', async ({
      app,
      server,
    }) => {
      server.consent = { error: 'access_denied' }
      await app.page.goto(`/${framework}/router/inside`)
      await refused(app)
      await expect(alert(app)).toBeVisible()
      server.consent = {}
      await press(app, 'link', 'inside')
      await settled(app, 'Hello user-1')
      await expect(place(app)).toContainText(`/${framework}/router/inside`)
    })
  })

test.describe('authGuard with a fallback', () => {
  test.use({ options: { redirectUri: '/vue/router' } })
  test.use({ planted: { history: 'Vue Router copies the address that it finds.' } })

  test('keeps the deep link for the button of the fallback', async ({ app, server }) => {
    server.consent = { error: 'access_denied' }
    await app.page.goto('/vue/router/inside?tab=2#part')
    await refused(app)
    await expect(alert(app)).toHaveText('No')
    server.consent = {}
    await signInByButton(app)
    await expect(place(app)).toHaveText('/vue/router/inside?tab=2#part')
    await settled(app, 'Hello user-1')
  })
})
