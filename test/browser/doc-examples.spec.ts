import { expect, test } from '../support/fixture.js'
import { refused, settled, signInByButton } from '../support/framework.js'

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
      // A cancelled sign-in is told calmly.
      if (scene !== 'svelte') await expect(app.page.getByRole('status')).toBeVisible()
      await expect(app.page.getByRole('alert')).toHaveCount(0)
      server.consent = {}
      await signInByButton(app)
      await settled(app, scene === 'svelte' ? 'Hello Ada' : 'Sign out Ada')
      await app.signOut({ local: true })
      await settled(app, 'Sign in')
    })
  })
}
