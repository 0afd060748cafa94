import { expect } from '../support/fixture.js'
import { Person } from '../support/demo.js'
import { keys, stash } from '../support/dpop.js'
import { claimsOf, present, refreshToken, signIn, test } from '../support/oidc-provider.js'

test.use({ options: { dpop: true, par: true } })

test('T16, T33: bound tokens need a proof; a sign-out revokes them and the key', async ({
  app,
  apis,
  canaries,
  provider,
  requests,
  secondTab,
}) => {
  await app.open()
  expect(await signIn(app)).toMatchObject({ session: { tokenType: 'dpop' } })
  expect(requests).toContain('POST /request')
  const token = (await app.token()).value ?? ''
  const { jkt } = claimsOf(token)['cnf'] as { jkt: string }
  expect(canaries.marks()).toContain(jkt)
  for (const scheme of ['Bearer', 'DPoP'])
    expect(
      (await fetch(apis.orders, { headers: { authorization: `${scheme} ${token}` } })).status,
    ).toBe(401)
  expect(await present(provider, await refreshToken(app))).toMatchObject({ status: 400 })
  for (const _ of [1, 2]) {
    expect((await app.fetch(`${apis.orders}?page=1`)).value?.status).toBe(200)
    expect((await app.refresh()).value?.status).toBe('signed-in')
  }
  const claims = await app.attempt(() => window.auth.userInfo())
  expect(claims.value).toMatchObject({ sub: 'ada', email_verified: true })
  expect(await app.reload()).toMatchObject({ status: 'signed-in' })
  expect((await app.fetch(apis.orders)).value?.status).toBe(200)

  await test.step('a sign-out revokes the refresh token: even its key cannot use it', async () => {
    const thief = await secondTab()
    const before = await stash(thief)
    requests.length = 0
    await app.page.evaluate(() => void window.auth.signOut())
    await expect(new Person(app.page).heading('Sign out here, too?')).toBeVisible()
    expect(requests).toContain('POST /token/revocation')
    expect(await keys(thief)).toEqual([])
    await before.restore()
    expect(await thief.reload()).toMatchObject({ status: 'signed-in' })
    expect((await thief.refresh()).error?.code).toBe('session_ended')
  })
})
