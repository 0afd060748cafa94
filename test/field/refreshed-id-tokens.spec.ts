import type { MockServer } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'

test.use({ serverOptions: { idTokenClaims: ['name'], claims: { name: 'Ada' } } })

/** The tokens of a refresh count, and the claims of its ID token do not. */
async function keepsTokens(
  app: Tab,
  server: MockServer,
  claims: Record<string, unknown>,
): Promise<void> {
  const { value: before } = await app.token()
  server.fail('token', { idToken: { ...claims, name: 'Eve' } })
  expect((await app.refresh()).value).toMatchObject({ user: { name: 'Ada' } })
  const { value: after } = await app.token()
  expect(after).not.toBe(before)
  expect(server.verify(after ?? '')).toBeDefined()
  expect(server.requests('revocation')).toEqual([])
}

test('a new auth_time or azp keeps the session, but its claims do not count', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  const soon = Math.floor(Date.now() / 1000) + 5
  const rows: [name: string, claims: Record<string, unknown>][] = [
    ['seconds off', { auth_time: soon }],
    ['days off', { auth_time: soon - 500_000 }],
    ['as text', { auth_time: `${soon}` }],
    ['as a date', { auth_time: '2026-11-26T10:00:00Z' }],
    ['before the epoch', { auth_time: -1 }],
    ['azp that appears', { azp: 'app' }],
  ]
  await eachRow(rows, (_name, claims) => keepsTokens(app, server, claims))

  await test.step('azp that vanishes', async () => {
    server.fail('token', { idToken: { azp: 'app' } })
    await app.signIn()
    await keepsTokens(app, server, {})
  })
})

test('an ID token of another user ends the session, whatever its auth_time', async ({
  app,
  server,
}) => {
  await app.open()
  for (const claims of [{ sub: 'eve' }, { iss: 'https://evil.example' }]) {
    await app.signIn()
    server.fail('token', { idToken: { ...claims, auth_time: 'now' } })
    expect((await app.refresh()).error?.code).toBe('invalid_id_token')
    expect((await app.state()).status).toBe('signed-out')
  }
})
