import { expect, test } from '../support/fixture.js'
import { alert, refused, settled, signInByButton } from '../support/framework.js'

// The quick starts of the pages of frameworks, compiled by the real compilers.
for (const scene of ['react', 'vue', 'svelte']) {
  test.describe(scene, () => {
    test.use({
      options: { redirectUri: `/documented/${scene}` },
      serverOptions: { claims: { name: 'Ada' }, idTokenClaims: ['name'] },
    })

    for (const error of ['access_denied', 'server_error'])
      test(`after ${error} the documented ${scene} app lets the user sign in and out`, async ({
        app,
        server,
      }) => {
        server.consent = { error }
        await app.page.goto(`/documented/${scene}`)
        await app.page.getByRole('button', { name: 'Sign in' }).click()
        await refused(app)
        await settled(app, 'Sign in')
        // The user who cancelled knows why, and did nothing wrong.
        const isAlarming = scene !== 'svelte' && error !== 'access_denied'
        await expect(alert(app)).toHaveCount(isAlarming ? 1 : 0)
        await expect(app.page.getByRole('status')).toHaveCount(
          scene !== 'svelte' && !isAlarming ? 1 : 0,
        )
        server.consent = {}
        await signInByButton(app)
        await settled(app, scene === 'svelte' ? 'Hello Ada' : 'Sign out Ada')
        await app.signOut({ local: true })
        await settled(app, 'Sign in')
      })
  })
}

// Recipes that an app has in its components.
for (const scene of ['suspense', 'solid', 'lit'])
  test.describe(scene, () => {
    test.use({
      options: { redirectUri: `/documented/${scene}` },
      serverOptions: { claims: { name: 'Ada' }, idTokenClaims: ['name'] },
    })

    test(`an app with the recipe for ${scene} signs in, calls, and signs out`, async ({
      app,
      api,
    }) => {
      await app.page.goto(`/documented/${scene}`)
      await signInByButton(app)
      await settled(app, 'Hello Ada')
      expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
      await app.signOut({ local: true })
      await settled(app, 'Sign in')
    })
  })
