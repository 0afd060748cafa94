import { expect, test, type Tab } from '../support/fixture.js'
import { answer, callback, depart, make } from '../support/sign-in-steps.js'

// Micro frontends bring a copy of the library each.
test.use({ mode: 'manual' })

/** Start a client of each copy at this URL: what each says, and how many leave again when a guard asks. */
async function startBoth(tab: Tab, href: string, isLate: boolean): Promise<string[]> {
  await tab.page.goto(href)
  return tab.page.evaluate(async (waits) => {
    const first = window.Pixy.createAuth(window.options)
    const started = first.start()
    if (waits) await started
    // Another build, with everything in it once more.
    await import('/react.js' as string)
    const second = window.auth
    const states = await Promise.all([started, second.start()])
    const said = states.map((state) =>
      'error' in state && state.error ? state.error.code : state.status,
    )
    const guarded = await second.require().then(
      ({ status }) => status,
      ({ code }: { code: string }) => code,
    )
    return [...said, guarded]
  }, isLate)
}

for (const isLate of [false, true])
  test(`two copies share a sign-in; the second starts ${isLate ? 'later' : 'meanwhile'}`, async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/')
    await make(app, appOptions)
    const href = await callback(app, server)
    const before = server.requests('authorize').length
    expect(await startBoth(app, href, isLate)).toEqual(['signed-in', 'signed-in', 'signed-in'])
    expect(server.requests('token')).toHaveLength(1)
    await app.signOut({ local: true })

    server.consent = { error: 'access_denied' }
    await app.page.goto('/')
    await make(app, appOptions)
    const denied = await answer(server, await depart(app, server))
    expect(await startBoth(app, denied, isLate)).toEqual([
      'access_denied',
      'access_denied',
      'not_signed_in',
    ])
    expect(server.requests('authorize')).toHaveLength(before + 2)
  })

test('the inspector of the second copy says that there are two', async ({ app, appOptions }) => {
  await app.page.goto('/')
  await make(app, appOptions)
  const sentence = 'Two copies of pixy-auth are on this page'
  const panel = app.page.getByRole('region', { name: 'pixy-auth inspector' })
  await app.page.evaluate(() => void (window.Pixy.inspect(window.auth).open = true))
  await expect(panel.getByRole('heading')).toBeVisible()
  await expect(panel).not.toContainText(sentence)
  await app.page.evaluate(async () => {
    await import('/main.js?copy' as string)
    document.querySelector('pixy-inspector')?.remove()
    window.Pixy.inspect(window.Pixy.createAuth(window.options)).open = true
  })
  await expect(panel).toContainText(sentence)
})

test('a copy with a redirect URI of its own waits for the first one, too', async ({
  app,
  server,
  appOptions,
}) => {
  await app.page.goto('/')
  await make(app, { ...appOptions, redirectUri: '/widget' })
  const href = await callback(app, server)
  await app.page.addInitScript(() => void Object.assign(window.options, { redirectUri: '/widget' }))
  await app.page.goto(href)
  const states = await app.page.evaluate(async (options) => {
    const started = window.Pixy.createAuth(options).start()
    await import('/react.js' as string)
    return Promise.all([started, window.auth.start()].map(async (one) => (await one).status))
  }, appOptions)
  expect(states).toEqual(['signed-in', 'signed-in'])
  expect(server.requests('token')).toHaveLength(1)
})
