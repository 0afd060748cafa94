import { expect, test } from '../support/fixture.js'
import { atRow, eachRow } from '../support/rows.js'
import { bend, expire, refreshes, saying } from '../support/session.js'

test('a 400 or 401 with an empty body ends the session only if repeated after 30 s', async ({
  app,
  server,
}) => {
  await app.open()
  const rows = [400, 401].map((status) => [`${status}`, { status, handled: false }] as const)
  await eachRow(rows, async (_name, nothing) => {
    await app.signIn()
    await expire(app)
    server.fail('token', nothing)
    expect((await app.token()).error).toBeDefined()
    expect(await saying(app)).toMatch(/^signed-in ./)
    // Half a minute later the server works again.
    await bend(app, ({ lease }) => lease && Object.assign(lease, { until: Date.now() }))
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')

    await expire(app)
    server.fail('token', nothing, 2)
    await app.token()
    await bend(app, ({ lease }) => {
      Object.assign(lease ?? {}, { refusedAt: Date.now() - 31_000, until: Date.now() })
    })
    expect((await app.token()).error?.code).toBe('session_ended')
    expect(await saying(app)).toBe('signed-out session_ended')
  })

  await atRow('any other answer in between starts the count again', async () => {
    await app.signIn()
    const earlier = refreshes(server).length
    await expire(app)
    server.fail('token', { status: 400, handled: false })
    await app.token()
    server.fail('token', { status: 500, handled: false })
    server.fail('token', { status: 400, handled: false })
    await bend(app, ({ lease }) => {
      Object.assign(lease ?? {}, { refusedAt: Date.now() - 31_000, until: Date.now() })
    })
    expect((await app.token()).error).toBeDefined()
    expect(await saying(app)).toMatch(/^signed-in ./)
    expect(refreshes(server)).toHaveLength(earlier + 3)
  })
})
