import type { MockServer } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { arrive, callback, changed, depart, shown } from '../support/sign-in-steps.js'
import { overwrite } from '../support/session.js'

/** Leave nothing of what came before, and open the app where the server has this metadata. */
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

  test('settles the one sign-in under way, whether or not iss is advertised', async ({
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

  test("is left alone when it is nobody's, and what is under way goes on", async ({
    app,
    server,
  }) => {
    await test.step('no sign-in is under way', async () => {
      expect(await arrive(app, denied)).toBe('signed-out')
      expect(shown(app)).toBe(denied)
    })
    await test.step('only a link was prepared', async () => {
      await app.open()
      await app.page.evaluate(() => window.auth.signInUrl())
      expect(await arrive(app, denied)).toBe('signed-out')
      expect(shown(app)).toBe(denied)
    })
    await test.step('it comes elsewhere than to the redirect URI', async () => {
      await anew(app, server)
      const href = await callback(app, server)
      expect(await arrive(app, '/elsewhere?error=access_denied')).toBe('signed-out')
      expect(shown(app)).toBe('/elsewhere?error=access_denied')
      expect(await arrive(app, href)).toBe('signed-in')
    })
    await test.step('two are under way', async () => {
      await anew(app, server)
      await depart(app, server)
      await app.open()
      const href = await callback(app, server)
      expect(await arrive(app, denied)).toBe('signed-out')
      expect(shown(app)).toBe(denied)
      expect(await arrive(app, href)).toBe('signed-in')
    })
    await test.step('somebody is signed in', async () => {
      await anew(app, server)
      await app.signIn()
      await depart(app, server)
      expect(await arrive(app, denied)).toBe('signed-in')
    })
  })
})

test('T4: an answer counts only with the iss that the server has, if it says that it sends one', async ({
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
  await test.step('an error with the wrong one is not believed', async () => {
    await anew(app, server)
    const denied = { code: undefined, error: 'access_denied', iss: evil }
    expect(await arrive(app, changed(await callback(app, server), denied))).toBe('issuer_mismatch')
  })
})
