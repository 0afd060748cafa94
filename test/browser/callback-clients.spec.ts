import { expect, test } from '../fixture.js'
import { answer, callback, make, shown, startAll } from '../words-flow.js'

test.describe('two clients on one page', () => {
  test.use({ mode: 'manual' })

  for (const [name, redirectUri] of [
    ['the same redirect URI', '/'],
    ['redirect URIs of their own', '/other'],
  ] as const)
    for (const first of [true, false])
      test(`with ${name}: an answer is for the ${first ? 'first' : 'second'} of them alone`, async ({
        app,
        server,
        appOptions,
      }) => {
        const all = [appOptions, { ...appOptions, clientId: 'other', redirectUri }]
        const mine = first ? 0 : 1
        await app.page.goto('/')
        await startAll(app, all)
        server.fail('authorize', { handled: false, status: 204 })
        await app.page.evaluate((index) => void window.clients[index]?.signIn(), mine)
        await expect.poll(() => server.requests('authorize').length).toBe(1)
        const href = await answer(server, server.requests('authorize')[0]?.url ?? '')
        await app.page.goto(href)
        const states = await startAll(app, all)
        expect(states).toEqual(first ? ['signed-in', 'signed-out'] : ['signed-out', 'signed-in'])
        expect(server.requests('token').map(({ params }) => params['client_id'])).toEqual([
          all[mine]?.clientId,
        ])
      })

  test('an answer for neither is put back for a third to find', async ({ app, appOptions }) => {
    const href = `/?code=abc&state=px1rAAAAAA${'b'.repeat(43)}`
    await app.page.goto(href)
    const states = await startAll(app, [appOptions, { ...appOptions, clientId: 'other' }])
    expect(states).toEqual(['signed-out', 'signed-out'])
    expect(shown(app)).toBe(href)
  })

  test('two objects of the same client exchange a code once, and are both signed in', async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/')
    await make(app, appOptions)
    const href = await callback(app, server)
    await app.page.goto(href)
    const published = await app.page.evaluate(async (options) => {
      const heard: string[] = []
      const both = [window.Pixy.createAuth(options), window.Pixy.createAuth(options)]
      const signedIn = both.map(
        (client) =>
          new Promise<void>((resolve) =>
            client.subscribe((state) => {
              heard.push('error' in state && state.error ? state.error.code : state.status)
              if (state.status === 'signed-in') resolve()
            }),
          ),
      )
      await Promise.all(signedIn)
      return heard
    }, appOptions)
    expect(server.requests('token')).toHaveLength(1)
    // Nobody is shown an error page for a moment.
    expect([...new Set(published)].toSorted()).toEqual(['loading', 'signed-in'])
  })

  test('start() called twice, as StrictMode does, exchanges once', async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/')
    await make(app, appOptions)
    await app.page.goto(await callback(app, server))
    const same = await app.page.evaluate(async (options) => {
      const auth = window.Pixy.createAuth(options)
      const promises = [auth.start(), auth.start()]
      await Promise.all(promises)
      return promises[0] === promises[1] && auth.state.status
    }, appOptions)
    expect(same).toBe('signed-in')
    expect(server.requests('token')).toHaveLength(1)
  })

  for (const mode of ['query', 'fragment'])
    test(`what runs after start() was called does not see the code of the ${mode}`, async ({
      app,
      server,
      servers,
      appOptions,
    }) => {
      const options = { ...appOptions, params: { response_mode: mode } }
      await app.page.goto('/')
      await make(app, options)
      const href = await callback(app, server)
      const code = new URLSearchParams(new URL(href).hash.slice(1) || new URL(href).search).get(
        'code',
      )
      expect(code).toBeTruthy()
      await app.page.goto('/elsewhere')
      await app.page.goto(href)
      expect(app.page.url()).toContain(code)
      const seen = await app.page.evaluate(
        async ([given, evil]) => {
          const found: unknown[] = []
          const auth = window.Pixy.createAuth(given)
          const { length } = history
          const done = auth.start()
          found.push(location.href, document.URL, history.state, history.length - length)
          const elsewhere = fetch(evil, { referrerPolicy: 'unsafe-url', mode: 'no-cors' })
          const frame = document.createElement('iframe')
          frame.src = '/frame'
          document.body.append(frame)
          await new Promise((resolve) => (frame.onload = resolve))
          // What the frame's document calls its referrer is the header that its request had.
          found.push(frame.contentDocument?.referrer)
          await Promise.all([elsewhere, done])
          found.push(auth.state.status)
          return found
        },
        [options, `${servers.evil.origin}/${code}-seen`] as const,
      )
      const [origin] = app.page.url().split(/(?<=\d)\//)
      expect(seen).toEqual([`${origin}/`, `${origin}/`, null, 0, `${origin}/`, 'signed-in'])
      const visit = servers.evil.seen.find(({ path }) => path === `/${code}-seen`)
      expect(visit?.headers['referer']).toBe(`${origin}/`)
    })

  test('a callback that is reloaded before start() looked at it works', async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/')
    await make(app, appOptions)
    await app.page.goto(await callback(app, server))
    await app.page.reload()
    expect(await startAll(app, [appOptions])).toEqual(['signed-in'])
    expect(server.requests('token')).toHaveLength(1)
  })
})
