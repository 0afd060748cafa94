import { expect, test } from '../support/fixture.js'
import { call, expire, holdTokens, refreshes, saying } from '../support/session.js'
import { said } from '../support/sign-in-steps.js'
import { holdTimers, holdTimersFromLoad, isPending, passTime } from '../support/timers.js'

test.use({ options: { timeout: 20 } })

test('F5: a server that hangs holds a caller for the timeout alone', async ({ app, server }) => {
  await app.open()
  await app.signIn()
  await expire(app)
  holdTokens(server)
  await holdTimers(app, { clocks: true })
  const answer = (await call(app)).answer()
  await expect.poll(() => refreshes(server)).toHaveLength(1)
  await passTime(app, 19_999)
  expect(await isPending(app, answer)).toBe(true)
  await passTime(app, 1)
  expect(await answer).toBe('timeout')
  expect(await saying(app)).toMatch(/^signed-in/)
  await test.step('its late answer is used', async () => {
    server.heal()
    await expect.poll(async () => (await app.token()).value).toBeDefined()
    expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')
    expect(server.refreshTokenUses).toHaveLength(1)
  })
})

test('F6: an answer that drips in holds a caller for the timeout alone', async ({
  app,
  server,
}) => {
  const { fetch } = server
  let over = false
  // Headers at once, then a blank every tenth of a second, which JSON allows.
  const drip = async (request: Request): Promise<Response> => {
    const answer = await fetch(request)
    const body = new Uint8Array(await answer.arrayBuffer())
    const slowly = new ReadableStream<Uint8Array>({
      async pull(stream) {
        await new Promise((resolve) => setTimeout(resolve, 100))
        stream.enqueue(over ? body : new Uint8Array([32]))
        if (over) stream.close()
      },
    })
    return new Response(slowly, { status: answer.status, headers: answer.headers })
  }
  const slow = (name: string): void => {
    server.fetch = (request) => (request.url.endsWith(name) ? drip : fetch)(request)
  }
  /** The answer is pending until the timeout is over, and then it is `timeout`. */
  const timesOut = async (answer: Promise<string>): Promise<void> => {
    await passTime(app, 19_999)
    expect(await isPending(app, answer)).toBe(true)
    await passTime(app, 1)
    expect(await answer).toBe('timeout')
  }
  await app.open()
  await holdTimersFromLoad(app)
  await test.step('at the exchange', async () => {
    slow('token')
    await app.leave()
    await expect.poll(() => server.requests('token')).toHaveLength(1)
    await timesOut(said(app))
  })
  await test.step('at a refresh, whose late end is used', async () => {
    server.fetch = fetch
    await app.signIn()
    await expire(app)
    await holdTimers(app, { clocks: true })
    slow('token')
    const { answer } = await call(app)
    await expect.poll(() => refreshes(server)).toHaveLength(1)
    await timesOut(answer())
    over = true
    await expect.poll(async () => server.verify((await app.token()).value ?? '')).toBeDefined()
    expect(await saying(app)).toBe('signed-in')
    expect(server.refreshTokenUses).toHaveLength(1)
  })
})
