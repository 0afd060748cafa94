import { expect, test } from '../support/fixture.js'
import { arrive, callback, depart, shown } from '../support/sign-in-steps.js'

// An app has errors of its own, and a sign-in that was left half-way must not claim them.

test('an error parameter of the app is not taken for an answer of the server', async ({
  app,
  server,
}) => {
  await app.open('/start')
  const href = await callback(app, server, { returnTo: '/deep' })
  const iss = `&iss=${encodeURIComponent(server.issuer)}`
  for (const own of [
    '/?error=card_declined&order=17',
    `/?error=card_declined&order=17${iss}`,
    '/?error=access_denied&order=17',
    '/?error=1',
    `/?error=${iss}`,
    '/#error=access_denied',
    `/elsewhere?error=access_denied${iss}`,
  ]) {
    expect(await arrive(app, own), own).toBe('signed-out')
    expect(shown(app)).toBe(own)
  }
  expect(await arrive(app, href)).toBe('signed-in')
})

test.describe('with a server that sends no iss', () => {
  test.use({
    serverOptions: { metadata: { authorization_response_iss_parameter_supported: undefined } },
    options: { redirectUri: '/?from=server' },
  })

  test('only a known error code at the exact redirect URI counts', async ({ app, server }) => {
    await app.open('/start')
    const href = await callback(app, server, { returnTo: '/deep' })
    for (const own of ['/?from=server&error=card_declined&order=17', '/?error=access_denied']) {
      expect(await arrive(app, own), own).toBe('signed-out')
      expect(shown(app)).toBe(own)
    }
    expect(await arrive(app, '/?from=server&error=access_denied')).toBe('access_denied')
    expect(shown(app)).toBe('/deep')
    expect(await arrive(app, href)).toBe('signed-in')
  })

  test('an error in one tab does not touch the sign-in of another', async ({
    app,
    server,
    secondTab,
  }) => {
    await app.open('/start')
    await depart(app, server, { returnTo: '/deep' })
    const other = await secondTab()
    const denied = '/?from=server&error=access_denied'
    expect(await arrive(other, denied)).toBe('signed-out')
    expect(shown(other)).toBe(denied)
    expect(await arrive(app, denied)).toBe('access_denied')
  })
})
