import { expect, test } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'

test.use({ serverOptions: { idTokenClaims: ['name'], claims: { name: 'Ada' } } })

test('an ID token with another auth_time or azp leaves the tokens, and its claims do not count', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  const soon = Math.floor(Date.now() / 1000) + 5
  const rows: [name: string, claims: Record<string, unknown>][] = [
    ['seconds off', { auth_time: soon }],
    ['days off', { auth_time: soon - 500_000 }],
    ['azp that appears', { azp: 'app' }],
  ]
  await eachRow(rows, async (_name, claims) => {
    const { value: before } = await app.token()
    server.fail('token', { idToken: { ...claims, name: 'Eve' } })
    expect((await app.refresh()).value).toMatchObject({ user: { name: 'Ada' } })
    const { value: after } = await app.token()
    expect(after).not.toBe(before)
    expect(server.verify(after ?? '')).toBeDefined()
    expect(server.requests('revocation')).toEqual([])
  })
})
