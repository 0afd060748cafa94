import type { MockServer } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { arrive, callback, changed, depart, shown } from '../support/sign-in-steps.js'
import { overwrite } from '../support/session.js'

/** Empty the store, and open the app with this metadata of the server. */
async function anew(
  app: Tab,
  server: MockServer,
  metadata: Record<string, unknown> = {},
): Promise<void> {
  server.options.metadata = metadata
  if (app.page.url() !== 'about:blank') await overwrite(app)
  await app.open()
}

test.describe('an error without state', () => {
  const denied = '/?error=access_denied'

  test('settles the one pending sign-in, whether or not iss is advertised', async ({
    app,
    server,
  }) => {
    for (const advertised of [true, false])
      await test.step(`iss ${advertised ? '' : 'not '}advertised`, async () => {
        await anew(app, server, { authorization_response_iss_parameter_supported: advertised })
        const href = await callback(app, server, { returnTo: '/deep' })
        const nameless = advertised ? `${denied}&iss=${encodeURIComponent(server.issuer)}` : denied
        expect(await arrive(app, nameless)).toBe('access_denied')
        expect(shown(app)).toBe('/deep')
        expect(await arrive(app, href)).toBe('unknown_transaction')
      })
  })

  test('is ignored unless exactly one sign-in is pending', async ({ app, server }) => {
    await test.step('no sign-in is pending', async () => {
      expect(await arrive(app, denied)).toBe('signed-out')
      expect(shown(app)).toBe(denied)
    })
    await test.step('only a link was prepared', async () => {
      await app.open()
      await app.page.evaluate(() => window.auth.signInUrl())
      expect(await arrive(app, denied)).toBe('signed-out')
      expect(shown(app)).toBe(denied)
    })
    await test.step('it arrives at a page other than the redirect URI', async () => {
      await anew(app, server)
      const href = await callback(app, server)
      expect(await arrive(app, '/elsewhere?error=access_denied')).toBe('signed-out')
      expect(shown(app)).toBe('/elsewhere?error=access_denied')
      expect(await arrive(app, href)).toBe('signed-in')
    })
    await test.step('two sign-ins are pending', async () => {
      await anew(app, server)
      await depart(app, server)
      await app.open()
      const href = await callback(app, server)
      expect(await arrive(app, denied)).toBe('signed-out')
      expect(shown(app)).toBe(denied)
      expect(await arrive(app, href)).toBe('signed-in')
    })
    await test.step('a user is signed in', async () => {
      await anew(app, server)
      await app.signIn()
      await depart(app, server)
      expect(await arrive(app, denied)).toBe('signed-in')
    })
  })
})

test('T4: `iss` must be the server’s, and must be there if the server advertises it', async ({
  app,
  server,
}) => {
  const evil = 'https://evil.example'
  for (const [name, advertised, iss, expected] of [
    ['advertised and right', true, 'right', 'signed-in'],
    ['advertised and missing', true, undefined, 'issuer_mismatch'],
    ['advertised and wrong', true, evil, 'issuer_mismatch'],
    ['sent though not advertised', undefined, 'right', 'signed-in'],
    ['neither advertised nor sent', undefined, undefined, 'signed-in'],
    ['not advertised and wrong', undefined, evil, 'issuer_mismatch'],
    ['right and wrong', true, ['right', evil], 'invalid_response'],
  ] as const)
    await test.step(`${name}: ${expected}`, async () => {
      await anew(app, server, { authorization_response_iss_parameter_supported: advertised })
      const given = [iss ?? []].flat().map((one) => (one === 'right' ? server.issuer : one))
      const href = changed(await callback(app, server), { iss: given })
      const before = server.requests('token').length
      expect(await arrive(app, href)).toBe(expected)
      const tokens = server.requests('token').length - before
      expect(tokens).toBe(expected === 'signed-in' ? 1 : 0)
    })
  await test.step('an error response with the wrong iss is refused', async () => {
    await anew(app, server)
    const denied = { code: undefined, error: 'access_denied', iss: evil }
    expect(await arrive(app, changed(await callback(app, server), denied))).toBe('issuer_mismatch')
  })
})
