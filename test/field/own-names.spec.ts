import { expect, test } from '../support/fixture.js'

test('other members of the token answer are in the session, without secrets', async ({
  app,
  server,
}) => {
  const open = {
    patient: 'smart-1288992',
    instance_url: 'https://eu1.example.com',
    need_patient_banner: false,
    fhirContext: [{ reference: 'ImagingStudy/123' }],
    country_code_list: ['de'],
  }
  const secrets = {
    device_secret: 'Xk2-9',
    session_state: 'a1',
    upstream: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
    nested: { api_key: 'k-17' },
    empty: null,
  }
  await app.open()
  server.fail('token', {
    body: (json) => ({ ...json, ...open, ...secrets, copy: `is ${String(json['access_token'])}` }),
  })
  const state = await app.signIn()
  expect(state).toMatchObject({ session: { extra: open } })
  expect(Object.keys((state.status === 'signed-in' && state.session.extra) || {})).toEqual(
    Object.keys(open),
  )
  await app.refresh()
  expect(await app.reload()).toMatchObject({ session: { extra: open } })
})

test.describe('with an end_session_endpoint that has parameters of its own', () => {
  test.use({
    options: async ({ server }, use) => {
      const own = 'logout_uri=https%3A%2F%2Fapp.example%2Fbye&federated'
      await use({ server: { end_session_endpoint: `${server.issuer}/end_session?${own}` } })
    },
  })

  test('a sign-out sends them', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    await app.page.evaluate(() => void window.auth.signOut())
    await expect.poll(() => server.requests('end_session').length).toBe(1)
    expect(server.requests('end_session')[0]?.params).toMatchObject({
      logout_uri: 'https://app.example/bye',
      federated: '',
      client_id: 'app',
    })
  })
})
