import { expect, test } from '../support/fixture.js'
import { depart, said } from '../support/sign-in-steps.js'

const groups = Array.from({ length: 500 }, (_, index) => `group-${index}-of-the-directory`)

test.use({ options: { postLogoutRedirectUri: '/bye' }, serverOptions: { maxUrl: 8000 } })

test('an ID token of 20 kB is sent neither with prompt=none nor at the sign-out', async ({
  app,
  server,
}) => {
  server.fail('token', { idToken: { groups } })
  await app.open()
  await app.signIn()
  const silent = await depart(app, server, { prompt: 'none' })
  expect(silent.searchParams.get('prompt')).toBe('none')
  expect(silent.searchParams.has('id_token_hint')).toBe(false)
  const there = app.page.waitForURL(/\/bye$/)
  await app.page.evaluate(() => void window.auth.signOut())
  await there
  expect(await said(app)).toBe('signed-out')
  const [end] = server.requests('end_session')
  expect(Object.keys(end?.params ?? {}).toSorted()).toEqual([
    'client_id',
    'post_logout_redirect_uri',
    'state',
  ])
})

test('an ID token of usual length is sent as a hint', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  const silent = await depart(app, server, { prompt: 'none' })
  expect(server.secrets).toContain(silent.searchParams.get('id_token_hint'))
})
