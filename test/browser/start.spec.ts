import { expect, test } from '../support/fixture.js'
import { callback, codeOf, make, shown } from '../support/sign-in-steps.js'

test.describe('a client that was made and not yet started', () => {
  test.use({ mode: 'manual' })

  test('makes no request and touches no storage, listener or channel', async ({
    app,
    server,
    appOptions,
  }) => {
    await app.page.goto('/?code=abc&state=px1rAAAAAA')
    const touched = await app.page.evaluate(async (options) => {
      const found: string[] = []
      const spy = (owner: object, name: string): void => {
        const real = Reflect.get(owner, name) as (...all: unknown[]) => unknown
        Reflect.set(owner, name, function (this: unknown, ...all: unknown[]) {
          found.push(name)
          return real.apply(this, all)
        })
      }
      spy(window, 'fetch')
      spy(EventTarget.prototype, 'addEventListener')
      spy(IDBFactory.prototype, 'open')
      spy(Storage.prototype, 'getItem')
      spy(Storage.prototype, 'setItem')
      spy(history, 'replaceState')
      spy(window, 'BroadcastChannel')
      const globals = Object.keys(window).length
      const auth = window.Pixy.createAuth(options)
      const { status } = auth.state
      const databases = await indexedDB.databases()
      return { found, status, databases, globals: Object.keys(window).length - globals }
    }, appOptions)
    expect(touched).toEqual({ found: [], status: 'loading', databases: [], globals: 0 })
    expect(server.ledger).toEqual([])
    expect(shown(app)).toBe('/?code=abc&state=px1rAAAAAA')
  })

  test('is started by the first call, and its methods work detached', async ({
    app,
    appOptions,
    api,
  }) => {
    await app.page.goto('/')
    const calls = ['getAccessToken', 'refresh', 'userInfo', 'require', 'signOut', 'fetch'] as const
    const statuses = await app.page.evaluate(
      async ([options, names]) => {
        const found: string[] = []
        for (const name of names) {
          const auth = window.Pixy.createAuth(options)
          if (name === 'require') await auth.signOut({ local: true })
          const call = auth[name] as (url?: string) => Promise<unknown>
          const given = name === 'fetch' ? [options.resources?.[0] as string] : []
          await call(...given).catch(() => {})
          found.push(`${name}: ${auth.state.status}`)
        }
        return found
      },
      [appOptions, calls] as const,
    )
    expect(statuses).toEqual(calls.map((name) => `${name}: signed-out`))
    const outcome = await app.attempt(
      async ([options, url]: readonly [typeof appOptions, string]) => {
        const { start, subscribe, fetch } = window.Pixy.createAuth(options)
        await start()
        subscribe(() => {})()
        return fetch(url).catch((error) => error.code as string)
      },
      [appOptions, api.url] as const,
    )
    expect(outcome.value).toBe('not_signed_in')
  })

  test('navigate is called once for the way back; without it a popstate is sent', async ({
    app,
    server,
    appOptions,
    baseURL,
  }) => {
    /** Sign in: what the router heard on the way back. */
    const told = async (returnTo: string, navigates: boolean): Promise<string[]> => {
      await app.page.goto('/')
      await make(app, appOptions)
      await app.signOut({ local: true })
      await app.page.goto(await callback(app, server, { returnTo }))
      return app.page.evaluate(
        async ([options, own]) => {
          const places: string[] = []
          addEventListener('popstate', () => places.push(`popstate ${location.pathname}`))
          const navigate = (url: URL): void =>
            void places.push(`${url instanceof URL} ${url.href} ${auth.state.status}`)
          const auth = window.Pixy.createAuth({ ...options, ...(own && { navigate }) })
          await auth.start()
          return places
        },
        [appOptions, navigates] as const,
      )
    }
    expect(await told('/deep?a=1#here', true)).toEqual([`true ${baseURL}/deep?a=1#here loading`])
    expect(shown(app)).toBe('/')
    expect(await told('/deep', false)).toEqual(['popstate /deep'])
    expect(await told('/', false)).toEqual([])
  })
})

test('the state stays the same object while nothing changes', async ({ app, server }) => {
  await app.open()
  expect(await app.page.evaluate(() => window.auth.start() === window.auth.start())).toBe(true)
  await app.signIn()
  server.options.rotate = false
  const same = await app.page.evaluate(async () => {
    const before = window.auth.state
    await window.auth.refresh()
    await window.auth.fetch(String(window.options.resources?.[0]))
    dispatchEvent(new Event('online'))
    await window.auth.refresh()
    return before === window.auth.state && before === (await window.auth.start())
  })
  expect(same).toBe(true)
  expect(await app.history()).toEqual(['loading', 'signed-in'])
  server.options.rotate = true
  await app.refresh()
  await app.signOut({ local: true })
  expect(await app.history()).toEqual(['loading', 'signed-in', 'signed-out'])
})

test('start() never rejects: what failed is in the state', async ({ app, server }) => {
  await app.open()
  const href = await callback(app, server)
  server.fail('token', { drop: 'before' }, Infinity)
  await app.page.goto(href)
  const outcome = await app.attempt(async () => {
    const state = await window.auth.start()
    return state === window.auth.state && 'error' in state && window.Pixy.isAuthError(state.error)
  })
  expect(outcome).toEqual({ value: true })
})

test('a listener is called at once and on each change until it unsubscribes', async ({ app }) => {
  await test.step('each subscription is called, until it is undone', async () => {
    await app.open()
    const heard = await app.page.evaluate(async () => {
      const found: string[] = []
      const undo = window.auth.subscribe((state) => found.push(`one ${state.status}`))
      const twice = (state: { status: string }): void => void found.push(`two ${state.status}`)
      const undoTwo = window.auth.subscribe(twice)
      window.auth.subscribe(twice)
      undo()
      undo()
      undoTwo()
      await window.auth.signIn({ params: { state: 'mine' } }).catch(() => {})
      return found
    })
    expect(heard.slice(0, 3)).toEqual(['one signed-out', 'two signed-out', 'two signed-out'])
    expect(heard.slice(3)).not.toContain('one signed-out')
    expect(heard.slice(3).length).toBeGreaterThan(0)
  })
  await test.step('a listener that throws stops no other, and its error is reported', async () => {
    await app.open()
    const thrown: string[] = []
    app.page.on('pageerror', ({ message }) => thrown.push(message))
    const heard = await app.page.evaluate(async () => {
      const found: string[] = []
      let calm = true
      window.auth.subscribe(() => {
        if (!calm) throw new Error('not my day')
      })
      window.auth.subscribe((state) => found.push('error' in state ? 'error' : state.status))
      calm = false
      await window.auth.signIn({ params: { state: 'mine' } }).catch(() => {})
      return found
    })
    expect(heard.at(-1)).toBe('error')
    await expect.poll(() => thrown).toContainEqual(expect.stringContaining('not my day'))
  })
})

test('T44: without a secure context or WebCrypto the code is insecure_context', async ({
  app,
  context,
  servers,
}) => {
  const baseURL = servers.appOrigin
  await context.route('http://app.example/**', async (route) => {
    const { pathname } = new URL(route.request().url())
    const answer = await fetch(baseURL + pathname)
    const contentType = answer.headers.get('content-type') ?? ''
    await route.fulfill({ body: await answer.text(), contentType })
  })
  await app.page.goto('http://app.example/')
  expect(await app.page.evaluate(() => isSecureContext)).toBe(false)
  const code = await app.page.evaluate(async () => {
    const state = await window.auth.start()
    return 'error' in state ? state.error?.code : state.status
  })
  expect(code).toBe('insecure_context')
  expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe('insecure_context')
  await test.step('without WebCrypto', async () => {
    await app.page.addInitScript(() =>
      Object.defineProperty(crypto, 'subtle', { value: undefined }),
    )
    await app.page.goto('/')
    expect(codeOf(await app.attempt(() => window.auth.signIn()))).toBe('insecure_context')
    expect(codeOf(await app.attempt(() => window.auth.getAccessToken()))).toBe('insecure_context')
  })
})
