import type { MockServer } from '../../src/testing/index.js'
import { expect, test, type Tab } from '../support/fixture.js'
import { asked, codeOf, hold } from '../support/sign-in-steps.js'

/** Open a page that signs in by itself, as a first attempt at an app does; what its sign-in rejected with. */
async function openEager({ page }: Tab): Promise<string> {
  await page.addInitScript(() => {
    // What a test evaluates in a page counts as a gesture of the user.
    Object.defineProperty(navigator, 'userActivation', { value: { isActive: false } })
    addEventListener('load', async () => {
      const { status } = await window.auth.start()
      if (status === 'signed-out')
        await window.auth.signIn().catch(({ code, message, hint }) => {
          console.info(`refused ${JSON.stringify({ code, message, hint })}`)
        })
    })
  })
  const told = page.waitForEvent('console', (line) => line.text().startsWith('refused'))
  await page.goto('/')
  return (await told).text()
}

const causes: [name: string, code: string, cause: (server: MockServer) => void][] = [
  [
    'a cancelled sign-in',
    'access_denied',
    (server) => (server.consent = { error: 'access_denied' }),
  ],
  [
    'an exchange that CORS forbids',
    'cors',
    (server) => server.fail('token', { cors: false }, Infinity),
  ],
]

for (const [name, code, cause] of causes)
  test(`after ${name} a sign-in on load rejects`, async ({ app, server }) => {
    cause(server)
    const refused = await openEager(app)
    expect(refused).toContain(`"code":"${code}"`)
    expect(refused).toContain('call require(), or signIn() on a click')
    expect(server.requests('authorize')).toHaveLength(1)

    await test.step('a reload in the same half minute stays, too', async () => {
      const told = app.page.waitForEvent('console', (line) => line.text().startsWith('refused'))
      await app.page.reload()
      expect((await told).text()).toContain('"code":"not_signed_in"')
      expect(server.requests('authorize')).toHaveLength(1)
    })
    await test.step('the user may sign in at once', async () => {
      server.heal()
      server.consent = {}
      await app.page.evaluate(() => (window.onclick = () => void window.auth.signIn()))
      await app.page.mouse.click(100, 100)
      await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
      expect(server.requests('authorize')).toHaveLength(2)
    })
  })

test('a page may sign in on load half a minute later, or after a sign-in', async ({
  app,
  server,
}) => {
  server.consent = { error: 'access_denied' }
  await openEager(app)
  await app.page.evaluate(() => {
    for (const name of Object.keys(sessionStorage))
      if (name.startsWith('pixy-auth:failed:'))
        sessionStorage.setItem(name, `${Date.now() - 30_001}`)
  })
  server.consent = {}
  await app.page.reload()
  await app.page.waitForFunction(() => window.auth?.state.status === 'signed-in')
  expect(server.requests('authorize')).toHaveLength(2)
  await app.signOut({ local: true })
  hold(server)
  await app.page.reload()
  await asked(server, 3)
})

test('require() leaves for the click of a user, whatever failed before', async ({
  app,
  server,
}) => {
  server.consent = { error: 'access_denied' }
  await app.open('/private')
  await app.leave()
  const guard = () => app.attempt(() => window.auth.require())
  expect(codeOf(await guard())).toBe('not_signed_in')
  await app.page.evaluate(() => {
    window.onclick = () => void window.auth.require().catch(() => {})
  })
  hold(server, 2)
  await app.page.mouse.click(100, 100)
  await asked(server, 2)
})
