import { expect, test } from '../support/fixture.js'
import { arrive, callback, changed, codeOf, make } from '../support/sign-in-steps.js'

test.describe('two issuers that send no iss', () => {
  test.use({
    mode: 'manual',
    serverOptions: { metadata: { authorization_response_iss_parameter_supported: undefined } },
  })

  test('T4: need a redirect URI each', async ({ app, appOptions, servers, server }) => {
    const { options } = server
    const other = servers.newServer({ metadata: options.metadata ?? {} })
    await app.page.goto('/')
    const link = async (redirectUri: string, { issuer } = other): Promise<string> => {
      await make(app, { ...appOptions, issuer, redirectUri })
      const outcome = await app.attempt(() => window.auth.signInUrl())
      return codeOf(outcome) ?? 'made'
    }
    expect(await link('/', server)).toBe('made')
    expect(await link('/')).toBe('config')
    expect(await link('/', server)).toBe('config')
    expect(await link('/other')).toBe('made')
  })
})

test('issuers that send iss may share a redirect URI', async ({ app, appOptions, servers }) => {
  const other = servers.newServer({
    metadata: { authorization_response_iss_parameter_supported: true },
  })
  await app.open()
  expect((await app.attempt(() => window.auth.signInUrl())).error).toBeUndefined()
  await make(app, { ...appOptions, issuer: other.issuer })
  expect((await app.attempt(() => window.auth.signInUrl())).error).toBeUndefined()
})

test('an ID token issued to another client is refused', async ({ app, server }) => {
  await app.open()
  const href = await callback(app, server)
  server.fail('token', { idToken: { azp: 'another-app' } })
  expect(await arrive(app, href)).toBe('invalid_id_token')
  // azp may be there if it names this client.
  const again = await callback(app, server)
  server.fail('token', { idToken: { azp: 'app' } })
  expect(await arrive(app, changed(again, {}))).toBe('signed-in')
})
