import { expect, test } from '../support/fixture.js'
import { saying } from '../support/session.js'

test.use({ serverOptions: { metadata: { end_session_endpoint: undefined } } })

test('a client that was disposed of signs out in every tab, and at the server', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  expect(await saying(other)).toBe('signed-in')
  await app.page.evaluate(() => window.auth.dispose())
  expect((await app.refresh()).error).toBeUndefined()
  await app.signOut({ local: false })
  await other.page.waitForFunction(() => window.auth.state.status === 'signed-out')
  expect(server.requests('revocation').length).toBeGreaterThan(0)
  await app.open()
  expect((await app.state()).status).toBe('signed-out')
})

test('a client that is started after dispose() shows the session', async ({ app, api }) => {
  await app.open()
  await app.signIn()
  // As a component that is mounted twice does.
  const { value } = await app.attempt(async () => {
    const auth = (window.auth = window.Pixy.createAuth(window.options))
    void auth.start()
    auth.dispose()
    return (await auth.start()).status
  })
  expect(value).toBe('signed-in')
  expect((await app.fetch(`${api.url}me`)).value).toMatchObject({ status: 200 })
})
