import { expect, test } from '../support/fixture.js'
import { settled } from '../support/framework.js'
import { arrive, callback, changed, hinted, make, said, shown } from '../support/sign-in-steps.js'

// Routers that redirect take the answer out of the address bar before the client is started.

test.describe('an app that moves on before start()', () => {
  test.use({ mode: 'manual' })

  test('is signed in, and sent back to its page', async ({ app, server, appOptions }) => {
    for (const mode of ['query', 'fragment'])
      await test.step(`by the ${mode}`, async () => {
        const options = { ...appOptions, params: { response_mode: mode } }
        await app.page.goto('/')
        await make(app, options)
        await app.signOut({ local: true })
        const href = await callback(app, server, { returnTo: '/deep?a=1#here' })
        await app.page.goto('/elsewhere')
        await app.page.goto(href)
        await app.page.evaluate(() => history.replaceState(null, '', '/login'))
        await make(app, options)
        expect(await said(app)).toBe('signed-in')
        expect(shown(app)).toBe('/deep?a=1#here')
      })
  })

  test('shows that its start was late, if the sign-in failed', async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/')
    await make(app, appOptions)
    const href = await callback(app, server)
    server.fail('token', { status: 400, body: () => ({ error: 'invalid_grant' }) })
    await app.page.goto(href)
    await app.page.evaluate(() => history.replaceState(null, '', '/login'))
    await make(app, appOptions)
    expect(await said(app)).toBe('oauth_error')
    expect(await hinted(app)).toContain('Call `start()` right beside')
    await app.page.evaluate(() => void (window.Pixy.inspect(window.auth).open = true))
    const panel = app.page.getByRole('region', { name: 'pixy-auth inspector' })
    await expect(panel).toContainText('Call `start()` right beside `createAuth`: it came late.')
  })

  test('keeps its place after a reload', async ({ app, server, appOptions }) => {
    await app.page.goto('/')
    await make(app, appOptions)
    const href = await callback(app, server)
    await app.page.goto(href)
    await make(app, appOptions)
    expect(await said(app)).toBe('signed-in')
    await app.signOut({ local: true })
    await app.page.evaluate(() => history.replaceState(null, '', '/further'))
    await make(app, appOptions)
    expect(await said(app)).toBe('signed-out')
    expect(shown(app)).toBe('/further')
    await app.page.reload()
    await make(app, appOptions)
    expect(await said(app)).toBe('signed-out')
    expect(shown(app)).toBe('/further')
  })
})

for (const scene of ['navigate', 'loader']) {
  test.describe(`a React app whose index redirects by ${scene}`, () => {
    test.use({ options: { redirectUri: `/react/${scene}` } })

    test('is signed in, and leaves no code behind', async ({ app, server }) => {
      await app.page.goto(`/react/${scene}`)
      await settled(app, 'Sign in')
      const returnTo = `/react/${scene}/inside`
      const href = await callback(app, server, { returnTo })
      await app.page.goto(href)
      await settled(app, 'Hello user-1')
      await expect(app.page.getByTestId('place')).toHaveText(returnTo)
      expect(await arrive(app, changed(href, { code: undefined, state: undefined }))).toBe(
        'signed-in',
      )
      await app.page.goBack()
      expect(app.page.url()).not.toContain('code=')
    })
  })
}
