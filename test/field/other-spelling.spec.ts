import { expect, test } from '../support/fixture.js'
import { hinted, said } from '../support/sign-in-steps.js'

// The server is one, but it spells its issuer with `127.0.0.1`.

const byName = (url: string): string => url.replace('127.0.0.1', 'localhost')

test.describe('found by its metadata', () => {
  test.use({ options: async ({ server }, use) => use({ issuer: byName(server.issuer) }) })

  test('the hint says how the server spells it', async ({ app, server }) => {
    await app.open()
    const { error } = await app.attempt(() => window.auth.signIn())
    expect(error?.code).toBe('issuer_mismatch')
    expect(error?.hint).toBe(`The server calls itself "${server.issuer}": write \`issuer\` so.`)
  })
})

for (const isNamed of [true, false])
  test.describe(isNamed ? 'with `iss` in its answer' : 'with `iss` in its ID token alone', () => {
    test.use({
      serverOptions: { metadata: { authorization_response_iss_parameter_supported: isNamed } },
      options: async ({ server: { issuer } }, use) =>
        use({
          issuer: byName(issuer),
          server: {
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
          },
        }),
    })

    test('the hint says how the server spells it', async ({ app, server }) => {
      await app.open()
      await app.leave()
      expect(await said(app)).toBe(isNamed ? 'issuer_mismatch' : 'invalid_id_token')
      expect(await hinted(app)).toBe(
        isNamed ? `It names "${server.issuer}".` : `Its \`iss\` is "${server.issuer}".`,
      )
    })
  })
