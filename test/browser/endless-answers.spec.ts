import { expect, test } from '../support/fixture.js'

test.use({ options: { dpop: true, timeout: 60 } })

test('every endpoint’s endless answer is cut off, and its connection closed', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  for (const [endpoint, status] of [
    ['token', 400],
    ['token', 200],
    ['userinfo', 400],
    ['userinfo', 200],
  ] as const)
    await test.step(`${endpoint}, ${status}`, async () => {
      const piece = new Uint8Array(65_536).fill(32)
      let cancel = (): void => {}
      const cancelled = new Promise<void>((resolve) => (cancel = resolve))
      const body = new ReadableStream<Uint8Array>({
        pull: (stream) => stream.enqueue(piece.slice()),
        cancel: () => cancel(),
      })
      server.fail(endpoint, { status, body, handled: false })
      const ask =
        endpoint === 'token'
          ? () => window.auth.refresh().then(({ status: shown }) => shown)
          : () => window.auth.userInfo().catch((error: { code: string }) => error.code)
      const told = await app.attempt(ask as () => Promise<unknown>)
      await cancelled
      // A refresh is tried once more.
      expect(told.value).toBe(endpoint === 'token' ? 'signed-in' : 'invalid_response')
      expect((await app.state()).status).toBe('signed-in')
    })
})
