import { expect, test } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'
import { bend, expire, saying } from '../support/session.js'
import type { Tab } from '../support/fixture.js'

// What servers answer to a refresh token that is dead, beside 400 `invalid_grant`.

const halfMinuteLater = (app: Tab) =>
  bend(app, ({ lease }) => {
    Object.assign(lease ?? {}, { until: Date.now() })
    if (lease?.refusedAt) lease.refusedAt -= 31_000
  })

test('invalid_grant ends the session at once, whatever 4xx it comes with', async ({
  app,
  server,
}) => {
  await app.open()
  const rows = [401, 403, 404, 422].map((status) => [`${status}`, status] as const)
  await eachRow(rows, async (_name, status) => {
    await app.signIn()
    await expire(app)
    server.options.deadRefreshToken = { status, error: 'invalid_grant' }
    server.revokeGrants()
    expect((await app.token()).error?.code).toBe('session_ended')
    expect(await saying(app)).toBe('signed-out session_ended')
  })
})

const refusals: [status: number, body: string][] = [
  [400, '{"error":"invalid_request"}'],
  [401, '{"error":"invalid_token"}'],
  [403, '{"error":"unauthorized_client"}'],
  [401, '{"error":"invalid_client"}'],
  [400, '{"message":"Token expired","code":17}'],
  [401, '{"detail":"Not authenticated"}'],
]

test('another refusal ends the session if it comes again 30 s later', async ({ app, server }) => {
  await app.open()
  const rows = refusals.map(([status, body]) => [`${status} ${body}`, status, body] as const)
  await eachRow(rows, async (_name, status, body) => {
    await app.signIn()
    server.fail('token', { status, body, handled: false }, Infinity)
    await app.refresh()
    await halfMinuteLater(app)
    await app.refresh()
    // The access token lives.
    expect(await saying(app)).toMatch(/^signed-in ./)
    const user = await app.attempt(async () => (await window.auth.require()).status)
    expect(user.value).toBe('signed-in')
    server.heal()
    await bend(app, (record) => void delete record.lease)
    await app.refresh()
    expect(await saying(app)).toBe('signed-in')

    await expire(app)
    server.fail('token', { status, body, handled: false }, Infinity)
    const { error } = await app.token()
    expect(await saying(app)).toBe(`signed-in ${error?.code}`)
    // Neither can it be used, nor renewed.
    const required = await app.attempt(() => window.auth.require())
    expect(required.error?.code).toBe(error?.code)
    await halfMinuteLater(app)
    expect((await app.token()).error?.code).toBe('session_ended')
    expect(await saying(app)).toBe('signed-out session_ended')
    server.heal()
  })
})

test('an answer that may come from a proxy never ends the session', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  await expire(app)
  const rows = [
    [400, '<h1>Bad request'],
    [403, '{"message":"Forbidden"}'],
    [404, '{"error":"Not Found"}'],
    [500, '{"error":"invalid_grant"}'],
    [429, '{"error":"invalid_request"}'],
    [400, '{"error":"temporarily_unavailable"}'],
  ] as const
  for (const [status, body] of rows)
    await test.step(`${status} ${body}`, async () => {
      server.fail('token', { status, body, handled: false }, Infinity)
      for (let turn = 0; turn < 3; turn++) {
        await halfMinuteLater(app)
        expect((await app.token()).error).toBeDefined()
      }
      expect(await saying(app)).toMatch(/^signed-in/)
      server.heal()
      await bend(app, (record) => void delete record.lease)
    })
})
