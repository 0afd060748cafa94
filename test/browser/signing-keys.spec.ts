import type { Fault } from '../../src/testing/index.js'
import { expect, test } from '../support/fixture.js'
import {
  bending,
  createSigner,
  expectRows,
  jwks,
  publish,
  signInHere,
  signedBy,
  tryHere,
  type Signer,
} from '../support/signed-id-tokens.js'
import { make } from '../support/sign-in-steps.js'
import { leaks, refreshes, saying } from '../support/session.js'

// How long the server's keys are kept, and what a refresh does without them.

test.use({ mode: 'manual', options: { verifySignature: true } })

test.beforeEach(async ({ app, appOptions, server }) => {
  server.options.metadata = { id_token_signing_alg_values_supported: undefined }
  await app.page.goto('/')
  await make(app, appOptions)
  await app.started()
})

const [wrong, fine] = ['invalid_id_token', 'signed-in']

test('keys are kept, and fetched again at most once in half a minute', async ({ app, server }) => {
  const [first, second] = [createSigner('ES256', 'a'), createSigner('ES256', 'b')]
  const same = createSigner('ES256', 'b')
  const headers = { 'cache-control': 'public, max-age=600' }
  await publish(app, server, [first.jwk], { headers })
  const { jwks_uri } = server.options.metadata ?? {}
  const rotate = async (to: Signer): Promise<void> => {
    await publish(app, server, [to.jwk], { headers })
    server.options.metadata = { jwks_uri }
  }
  const attempt = async (by: Signer): Promise<[string, number]> => {
    const before = jwks(server)
    return [await tryHere(app, server, { token: signedBy(by) }), jwks(server) - before]
  }
  expect(await attempt(first)).toEqual([fine, 1])
  expect(await attempt(first)).toEqual([fine, 0])
  await test.step('when no new keys can be had, the old ones stay', async () => {
    server.heal()
    server.fail('jwks', { status: 500 }, Infinity)
    expect(await attempt(second)).toEqual(['server_error', 1])
    expect(await attempt(first)).toEqual([fine, 0])
  })
  await test.step('oidcc signing-key-rotation, whatever copy the browser keeps', async () => {
    await rotate(second)
    expect(await attempt(second)).toEqual([fine, 1])
    expect(await attempt(first)).toEqual([wrong, 0])
  })
  await test.step('oidcc signing-key-rotation-just-before-signing: another key with the same kid', async () => {
    await rotate(same)
    await app.page.reload()
    // The page has no keys; the browser may have old ones.
    expect((await attempt(same))[0]).toBe(fine)
  })
})

test('at a refresh only a wrong signature ends the session', async ({
  app,
  appOptions,
  server,
}) => {
  const [ec, other] = [createSigner('ES256', 'a'), createSigner('ES256', 'b')]
  const user = (name: string): Record<string, unknown> => ({ name })
  const refreshed = async (token: Fault): Promise<unknown[]> => {
    const before = (await app.token()).value
    server.fail('token', token)
    const { value, error } = await app.refresh()
    if (error) return [error.code]
    const name = value?.status === 'signed-in' && value.user.name
    const { value: after } = await app.token()
    return [after === before ? 'old token' : 'new token', name]
  }
  const rows: [name: string, keys: unknown[], fault: Fault, token: Fault, name: string][] = [
    ['signed', [ec.jwk], {}, signedBy(ec, user('New')), 'New'],
    ['rotated', [ec.jwk, other.jwk], {}, signedBy(other, user('New')), 'New'],
    ['by an unknown key', [ec.jwk], {}, signedBy(other, user('Eve')), 'Ada'],
    ['keys with status 500', [], { status: 500 }, signedBy(ec, user('Eve')), 'Ada'],
    ['keys without CORS', [ec.jwk], { cors: false }, signedBy(ec, user('Eve')), 'Ada'],
    ['keys that never come', [], { drop: 'before' }, signedBy(ec, user('Eve')), 'Ada'],
  ]
  await expectRows(
    rows,
    ([, , , , name]) => ['new token', name],
    async ([, keys, fault, token]) => {
      await publish(app, server, [ec.jwk])
      const signedIn = signedBy(ec, user('Ada'))
      expect(await signInHere(app, server, { token: signedIn })).toBe(fine)
      // A new page has none of these keys.
      await app.page.reload()
      await make(app, appOptions)
      await app.started()
      server.heal()
      server.fail('jwks', { body: JSON.stringify({ keys }), ...fault }, Infinity)
      const result = await refreshed(token)
      await app.signOut({ local: true })
      return result
    },
  )

  await test.step('a wrong signature: the new tokens are revoked and the session ends', async () => {
    await publish(app, server, [ec.jwk])
    expect(await signInHere(app, server, { token: signedBy(ec, user('Ada')) })).toBe(fine)
    const revoked = server.requests('revocation').length
    server.fail('token', signedBy(bending(ec), user('Eve')))
    expect((await app.refresh()).error?.code).toBe(wrong)
    expect(await saying(app)).toBe('signed-out session_ended')
    expect(server.requests('revocation')).toHaveLength(revoked + 1)
    expect(await leaks(app, server)).toEqual([])
  })

  await test.step('the tokens are stored before the keys are waited for', async () => {
    await publish(app, server, [ec.jwk])
    expect(await signInHere(app, server, { token: signedBy(ec) })).toBe(fine)
    server.heal()
    server.fail('jwks', { hang: true }, Infinity)
    server.fail('token', signedBy(other))
    const before = jwks(server)
    await app.page.evaluate(() => void window.auth.refresh().catch(() => {}))
    await expect.poll(() => jwks(server)).toBe(before + 1)
    await app.page.reload()
    await make(app, appOptions)
    expect(await app.started()).toMatchObject({ status: fine })
    server.heal()
    server.fail('token', signedBy(ec))
    expect((await app.refresh()).value).toMatchObject({ status: fine })
    expect(server.refreshTokenUses.filter(({ outcome }) => outcome === 'reused')).toEqual([])
    expect(refreshes(server).length).toBeGreaterThan(1)
  })
})
