import { expect, test } from '../support/fixture.js'
import { answer, asked, callback, hold, make, shown, startAll } from '../support/sign-in-steps.js'

test.describe('two clients on one page', () => {
  test.use({
    mode: 'manual',
    planted: { history: 'The answer to another client is put back for that one.' },
  })

  test('F89, T29: an answer goes to the client that asked, even on one redirect URI', async ({
    app,
    server,
    appOptions,
  }) => {
    for (const [name, redirectUri] of [
      ['the same redirect URI', '/'],
      ['redirect URIs of their own', '/other'],
    ] as const)
      for (const mine of [0, 1])
        await test.step(`${name}, for the ${mine ? 'second' : 'first'}`, async () => {
          const all = [appOptions, { ...appOptions, clientId: 'other', redirectUri }]
          const before = server.requests('token').length
          await app.page.goto('/')
          await startAll(app, all)
          const count = server.requests('authorize').length + 1
          hold(server)
          await app.page.evaluate((index) => void window.clients[index]?.signIn(), mine)
          await app.page.goto(await answer(server, await asked(server, count)))
          const states = await startAll(app, all)
          expect(states).toEqual(mine ? ['signed-out', 'signed-in'] : ['signed-in', 'signed-out'])
          const exchanges = server.requests('token').slice(before)
          expect(exchanges.map(({ params }) => params['client_id'])).toEqual([all[mine]?.clientId])
          await app.page.evaluate((index) => window.clients[index]?.signOut({ local: true }), mine)
        })
    await test.step('both are signed in: one signs out, the other stays', async () => {
      const all = [appOptions, { ...appOptions, clientId: 'other' }]
      for (const [index, subject] of ['ada', 'bob'].entries()) {
        await app.page.goto('/')
        await startAll(app, all)
        server.consent = { subject }
        const link = await app.page.evaluate((mine) => window.clients[mine]?.signInUrl(), index)
        await app.page.goto(await answer(server, link ?? ''))
        await startAll(app, all)
      }
      const said = await app.page.evaluate(async () => {
        const users = window.clients.map(({ state }) => 'user' in state && state.user.sub)
        await window.clients[0]?.signOut({ local: true })
        return [...users, ...window.clients.map(({ state }) => state.status)]
      })
      expect(said).toEqual(['ada', 'bob', 'signed-out', 'signed-in'])
      await app.page.evaluate(() => window.clients[1]?.signOut({ local: true }))
    })
    await test.step('for neither: the answer is put back into the address bar', async () => {
      const href = `/?code=abc&state=px1rAAAAAA${'b'.repeat(43)}`
      await app.page.goto(href)
      const states = await startAll(app, [appOptions, { ...appOptions, clientId: 'other' }])
      expect(states).toEqual(['signed-out', 'signed-out'])
      expect(shown(app)).toBe(href)
    })
  })

  test('F48: a code is exchanged once, however many clients start with it', async ({
    app,
    server,
    appOptions,
  }) => {
    /** Open a callback URL, signed out, in a page that has not started a client. */
    const come = async (): Promise<void> => {
      await app.page.goto('/')
      await make(app, appOptions)
      await app.signOut({ local: true })
      await app.page.goto(await callback(app, server))
    }
    await test.step('two objects of the same client are both signed in', async () => {
      await come()
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
      // No error is shown in between.
      expect([...new Set(published)].toSorted()).toEqual(['loading', 'signed-in'])
    })
    await test.step('start() called twice', async () => {
      await come()
      const same = await app.page.evaluate(async (options) => {
        const auth = window.Pixy.createAuth(options)
        const promises = [auth.start(), auth.start()]
        await Promise.all(promises)
        return promises[0] === promises[1] && auth.state.status
      }, appOptions)
      expect(same).toBe('signed-in')
      expect(server.requests('token')).toHaveLength(2)
    })
    await test.step('a reload before start() looked at it', async () => {
      await come()
      await app.page.reload()
      expect(await startAll(app, [appOptions])).toEqual(['signed-in'])
      expect(server.requests('token')).toHaveLength(3)
    })
  })

  test('T8: a script that runs after start() does not see the code', async ({
    app,
    server,
    servers,
    appOptions,
  }) => {
    for (const mode of ['query', 'fragment'])
      await test.step(`of the ${mode}`, async () => {
        const options = { ...appOptions, params: { response_mode: mode } }
        await app.page.goto('/')
        await make(app, options)
        await app.signOut({ local: true })
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
          [options, `${servers.evil.origin}/${code?.slice(0, 9)}-seen`] as const,
        )
        const [origin] = app.page.url().split(/(?<=\d)\//)
        expect(seen).toEqual([`${origin}/`, `${origin}/`, null, 0, `${origin}/`, 'signed-in'])
        const visit = servers.evil.seen.find(({ path }) => path === `/${code?.slice(0, 9)}-seen`)
        expect(visit?.headers['referer']).toBe(`${origin}/`)
      })
  })
  test('T8: the browser’s history keeps only a code that was used', async ({
    app,
    server,
    appOptions,
  }) => {
    for (const mode of ['query', 'fragment'])
      await test.step(`of the ${mode}`, async () => {
        const options = { ...appOptions, params: { response_mode: mode } }
        await app.page.goto('/')
        await make(app, options)
        await app.signOut({ local: true })
        const href = await callback(app, server)
        await app.page.goto('/elsewhere')
        await app.page.goto(href)
        expect(await startAll(app, [options])).toEqual(['signed-in'])
        const name = await app.page.evaluate(() => {
          performance.clearResourceTimings()
          return performance.getEntriesByType('navigation')[0]?.name ?? ''
        })
        expect(name).toBe(href)
        // Its transaction is gone: the code is not sent again.
        const before = server.requests('token').length
        await app.page.goto('/elsewhere')
        await app.page.goto(name)
        expect(await startAll(app, [options])).toEqual(['signed-in'])
        expect(server.requests('token')).toHaveLength(before)
      })
  })
})
