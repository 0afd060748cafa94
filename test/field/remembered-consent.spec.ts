import { expect, test } from '../support/fixture.js'

// Keycloak, Hydra and others ask a user once what the app may do.

test.use({ serverOptions: { remembersConsent: true } })

test('the next sign-in asks for no consent; prompt=consent does', async ({ app, server }) => {
  const asked: (string | null)[] = []
  server.consent = (params) => {
    asked.push(params.get('prompt'))
    return { subject: `user-${asked.length}` }
  }
  await app.open()
  expect(await app.signIn()).toMatchObject({ user: { sub: 'user-1' } })
  await app.signOut({ local: true })
  expect(await app.signIn()).toMatchObject({ user: { sub: 'user-1' } })
  expect(asked).toEqual([null])
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect(await app.signIn({ prompt: 'consent' })).toMatchObject({ user: { sub: 'user-2' } })
  expect(asked).toEqual([null, 'consent'])
})
