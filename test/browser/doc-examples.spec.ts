import { expect, test } from '../support/fixture.js'
import { alert, refused, settled, signInByButton } from '../support/framework.js'

// The quick starts of docs/frameworks.md, compiled by the real compilers.
for (const scene of ['react', 'vue', 'svelte']) {
  test.describe(scene, () => {
    test.use({
      options: { redirectUri: `/documented/${scene}` },
      serverOptions: { claims: { name: 'Ada' }, idTokenClaims: ['name'] },
    })

    test(`the documented ${scene} app shows signed-out, signed-in and signed-out`, async ({
      app,
      server,
    }) => {
      server.consent = { error: 'access_denied' }
      await app.page.goto(`/documented/${scene}`)
      await app.page.getByRole('button', { name: 'Sign in' }).click()
      await refused(app)
      if (scene !== 'svelte') await expect(alert(app)).toBeVisible()
      server.consent = {}
      await signInByButton(app)
      await settled(app, scene === 'svelte' ? 'Hello Ada' : 'Sign out Ada')
      await app.signOut({ local: true })
      await settled(app, 'Sign in')
    })
  })
}
