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
  const promisesNothing = { authorization_response_iss_parameter_supported: undefined }

  test('is shown, and the sign-in under way can still finish', async ({ app, server }) => {
    for (const advertised of [true, false])
      await test.step(`iss ${advertised ? '' : 'not '}advertised`, async () => {
        await anew(app, server, { authorization_response_iss_parameter_supported: advertised })
        const href = await callback(app, server, { returnTo: '/deep' })
        const nameless = advertised ? `${denied}&iss=${encodeURIComponent(server.issuer)}` : denied
        for (const _ of [1, 2]) {
          expect(await arrive(app, nameless)).toBe('access_denied')
          expect(shown(app)).toBe('/deep')
        }
        expect(await arrive(app, href)).toBe('signed-in')
        expect(server.requests('token')).toHaveLength(advertised ? 1 : 2)
      })
  })

  test('is ignored without the `iss` that the server promises', async ({ app, server }) => {
    await anew(app, server, { authorization_response_iss_parameter_supported: true })
    const href = await callback(app, server)
    for (const iss of ['', '&iss=', '&iss=https://evil.example']) {
      expect(await arrive(app, denied + iss)).toBe('signed-out')
      expect(shown(app)).toBe(denied + iss)
    }
    expect(await arrive(app, href)).toBe('signed-in')
  })

  test('is shown at the second attempt too', async ({ app, server }) => {
    await anew(app, server, promisesNothing)
    for (const returnTo of ['/one', '/two']) {
      await depart(app, server, { returnTo })
      expect(await arrive(app, denied)).toBe('access_denied')
      expect(shown(app)).toBe(returnTo)
    }
  })

  test('T1: is ignored if it carries a code, and the code is not sent', async ({ app, server }) => {
    await anew(app, server, promisesNothing)
    const href = await callback(app, server)
    const code = new URL(href).searchParams.get('code') ?? ''
    for (const error of ['', 'access_denied']) {
      const link = `/?error=${error}&code=${code}`
      expect(await arrive(app, link)).toBe('signed-out')
      expect(shown(app)).toBe(link)
    }
    expect(server.requests('token')).toEqual([])
    expect(await arrive(app, href)).toBe('signed-in')
  })

  test.describe('where requests are pushed', () => {
    test.use({ options: { par: true } })

    test('is shown without sending the browser to the server again', async ({ app, server }) => {
      await anew(app, server, promisesNothing)
      const href = await callback(app, server)
      expect(await arrive(app, '/?error=invalid_request_uri')).toBe('oauth_error')
      expect(server.requests('par')).toHaveLength(1)
      expect(await arrive(app, href)).toBe('signed-in')
    })
  })

  test('is ignored if no sign-in is under way', async ({ app, server }) => {
    await test.step('no sign-in is pending', async () => {
      expect(await arrive(app, denied)).toBe('signed-out')
      expect(shown(app)).toBe(denied)
    })
    await test.step('only a link was prepared', async () => {
      await anew(app, server, promisesNothing)
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
