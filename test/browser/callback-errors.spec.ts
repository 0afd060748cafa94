import type { MockServer } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../fixture.js'
import { arrive, callback, changed, depart, shown } from '../words-flow.js'
import { overwrite } from '../words-session.js'

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

test('after an error of the server the user is back in place, and nobody asks again', async ({
  app,
  server,
}) => {
  await app.open('/deep?a=1#here')
  let asked = 0
  for (const [error, code] of [
    ['access_denied', 'access_denied'],
    ['interaction_required', 'interaction_required'],
    ['login_required', 'interaction_required'],
    ['consent_required', 'interaction_required'],
    ['account_selection_required', 'interaction_required'],
    ['server_error', 'server_error'],
    ['temporarily_unavailable', 'server_error'],
    ['invalid_scope', 'oauth_error'],
    ['unheard_of', 'oauth_error'],
  ] as const)
    await test.step(`error=${error} is ${code}`, async () => {
      server.consent = { error, errorDescription: 'So it is.' }
      await app.leave()
      const { error: found } = await app.page.evaluate(async () => {
        const state = await window.auth.start()
        const { error } = state as Extract<typeof state, { status: 'signed-out' }>
        return { error: error && { code: error.code, oauth: error.oauth } }
      })
      expect(found).toEqual({ code, oauth: { error, description: 'So it is.', uri: undefined } })
      expect(shown(app)).toBe('/deep?a=1#here')
      asked += 1
      expect(server.requests('authorize')).toHaveLength(asked)
      expect(server.requests('token')).toEqual([])
    })
})

test('an answer that says too much or too little is invalid_response, and no code is sent', async ({
  app,
  server,
}) => {
  await app.open()
  for (const [name, params] of [
    ['both a code and an error', { error: 'access_denied' }],
    ['two codes', { code: ['one', 'two'] }],
    ['no code', { code: undefined }],
    ['an empty code', { code: '' }],
    ['two errors', { code: undefined, error: ['access_denied', 'server_error'] }],
    ['two states', {}],
  ] as const)
    await test.step(name, async () => {
      const href = changed(await callback(app, server), params)
      const sent = name === 'two states' ? `${href}&state=other` : href
      expect(await arrive(app, sent)).toBe('invalid_response')
      expect(server.requests('token')).toEqual([])
    })
})

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

test('an answer counts only with the iss that the server has, if it says that it sends one', async ({
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
