import { expect, test } from '../support/fixture.js'
import { refreshes } from '../support/session.js'
import { createSigner, jwks, publish, signedBy, tryHere } from '../support/signed-id-tokens.js'
import { arrive, callback, changed, said } from '../support/sign-in-steps.js'
import { eachRow } from '../support/rows.js'

// A server for many tenants, whose document names the issuer with `{tenantid}` in it.

const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47'
const other = '9188040d-6c67-4c5b-b112-36a304b66dad'
const shared = (issuer: string): string => issuer.replace(/[\w-]+\/v2\.0$/, '{tenantid}/v2.0')

for (const name of ['common', 'organizations'])
  test.describe(`by the issuer of ${name}`, () => {
    test.use({
      server: async ({ servers }, use) => {
        const server = servers.newServer({ tenant }, `/${name}/v2.0`)
        server.options.metadata = { issuer: shared(server.issuer) }
        server.options.metadata['authorization_response_iss_parameter_supported'] = undefined
        await use(server)
        server.heal()
      },
    })

    test('a user of any tenant signs in, and the session names the tenant', async ({
      app,
      server,
    }) => {
      await app.open()
      const state = await app.signIn()
      const issuer = shared(server.issuer).replace('{tenantid}', tenant)
      expect(state).toMatchObject({ user: { iss: issuer, tid: tenant }, session: { issuer } })
      expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
      expect(refreshes(server)).toHaveLength(1)
    })
  })

test.describe('with a shared issuer', () => {
  test.use({
    server: async ({ servers }, use) => {
      const server = servers.newServer({ tenant }, '/common/v2.0')
      server.options.metadata = { issuer: shared(server.issuer) }
      server.options.metadata['authorization_response_iss_parameter_supported'] = undefined
      await use(server)
      server.heal()
    },
  })

  test('an ID token whose issuer is not its tenant fails the sign-in', async ({ app, server }) => {
    const issuer = (id: string): string => shared(server.issuer).replace('{tenantid}', id)
    const rows: [name: string, claims: Record<string, unknown>][] = [
      ['the issuer of another tenant', { iss: issuer(other) }],
      ['another tid', { tid: other }],
      ['no tid', { tid: undefined }],
      ['a tid that is no UUID', { tid: '..', iss: issuer('..') }],
      ['a tid with a path', { tid: `${tenant}/..`, iss: issuer(`${tenant}/..`) }],
      ['a list as tid', { tid: [tenant] }],
      ['the template itself', { tid: '{tenantid}', iss: shared(server.issuer) }],
      ['the template without tid', { tid: undefined, iss: shared(server.issuer) }],
      ['another host', { iss: `https://evil.example/${tenant}/v2.0` }],
    ]
    await app.open()
    await eachRow(rows, async (_name, claims) => {
      server.fail('token', { idToken: claims })
      await app.leave()
      expect(await said(app)).toBe('invalid_id_token')
    })
  })

  test('a refresh of another tenant ends the session', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    server.options.tenant = other
    await app.refresh()
    expect((await app.state()).status).toBe('signed-out')
  })

  test('an answer with `iss` must name one of the tenants', async ({ app, server }) => {
    await app.open()
    const issuer = (id: string): string => shared(server.issuer).replace('{tenantid}', id)
    for (const [iss, result] of [
      [issuer(tenant), 'signed-in'],
      [issuer('common'), 'issuer_mismatch'],
      ['https://evil.example/', 'issuer_mismatch'],
    ] as const) {
      const href = await callback(app, server)
      expect(await arrive(app, changed(href, { iss })), iss).toBe(result)
      if (result === 'signed-in') await app.signOut({ local: true })
    }
  })

  test.describe('and signatures checked', () => {
    test.use({ mode: 'manual', options: { verifySignature: true } })

    test('a key of another tenant verifies no signature', async ({ app, server }) => {
      const signer = createSigner('ES256')
      await app.page.goto('/')
      await tryHere(app, server, {})
      for (const [name, outcome] of [
        [undefined, 'signed-in'],
        [shared(server.issuer), 'signed-in'],
        [shared(server.issuer).replace('{tenantid}', other), 'invalid_id_token'],
      ] as const) {
        await publish(app, server, [{ ...signer.jwk, issuer: name }])
        expect(await tryHere(app, server, { token: signedBy(signer) }), name).toBe(outcome)
        expect(jwks(server)).toBeGreaterThan(0)
      }
    })
  })
})

test.describe('by the issuer of one tenant', () => {
  test.use({
    server: async ({ servers }, use) => {
      const server = servers.newServer({ tenant: other }, `/${tenant}/v2.0`)
      server.options.metadata = { issuer: shared(server.issuer) }
      await use(server)
    },
  })

  test('a document for all tenants is refused', async ({ app }) => {
    await app.open()
    const { error } = await app.attempt(() => window.auth.signInUrl())
    expect(error?.code).toBe('issuer_mismatch')
  })
})
