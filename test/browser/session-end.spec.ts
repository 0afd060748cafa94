import { expect, test } from '../support/fixture.js'
import { refreshes, stored } from '../support/session.js'
import { hinted, said } from '../support/sign-in-steps.js'

const hour = 3_600_000

test.use({ options: { maxSession: 3600 } })

test('a session ends in every tab, and its refresh token is revoked', async ({
  app,
  server,
  secondTab,
}) => {
  await app.open()
  await app.signIn()
  const other = await secondTab()
  const { refreshToken } = await stored(app)
  await app.page.clock.install({ time: Date.now() + hour + 1000 })
  await app.page.evaluate(() => dispatchEvent(new Event('online')))
  for (const tab of [app, other]) {
    await expect.poll(() => said(tab)).toBe('session_ended')
    expect(await hinted(tab)).toContain('maxSession')
  }
  await expect.poll(() => server.requests('revocation').length).toBe(1)
  expect(server.requests('revocation')[0]?.params['token']).toBe(refreshToken)
  expect(refreshes(server)).toEqual([])
  expect((await stored(app)).ended).toBe('expired')
})

test('a visible tab ends its session in time, without a call', async ({ app }) => {
  await app.page.clock.install()
  await app.open()
  await app.signIn()
  await expect
    .poll(async () => {
      await app.page.clock.fastForward(hour)
      return said(app)
    })
    .toBe('session_ended')
})
