import { expect, test, type Tab } from '../fixture.js'
import {
  elapsed,
  expire,
  holdTokens,
  nearExpiry,
  refreshes,
  saying,
  stored,
  leaks,
  overwrite,
} from '../words-session.js'

/** Stubs for a page that has not started, by what they do to its storage. */
const broken: [name: string, stub: () => void][] = [
  ['undefined', () => Object.defineProperty(window, 'indexedDB', { value: undefined })],
  [
    'refused at once',
    () => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('denied', 'SecurityError')
      }
    },
  ],
  [
    'never opening',
    () => {
      IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest
    },
  ],
  [
    'full',
    () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    },
  ],
]

for (const [name, stub] of broken)
  test.describe(`where IndexedDB is ${name}`, () => {
    test.beforeEach(({ app }) => app.page.addInitScript(stub))

    test('a person signs in all the same, for as long as the page lives', async ({
      app,
      api,
      server,
    }) => {
      expect(await elapsed(app.open())).toBeLessThan(8000)
      expect(await app.state()).toEqual({ status: 'signed-out' })
      expect(await elapsed(app.signIn())).toBeLessThan(20_000)
      expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
      // Born in memory, it is renewed from memory.
      const before = (await app.token()).value
      expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
      expect((await app.token()).value).not.toBe(before)
      expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
      expect(await app.reload()).toEqual({ status: 'signed-out' })
    })
  })

test.describe('where all storage is denied', () => {
  test.beforeEach(({ app }) =>
    app.page.addInitScript(() => {
      const deny = (): never => {
        throw new DOMException('denied', 'SecurityError')
      }
      IDBFactory.prototype.open = deny
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get: deny })
    }),
  )

  test('the app starts signed out, and a sign-in says why it cannot be', async ({ app }) => {
    expect(await app.open()).toEqual({ status: 'signed-out' })
    const { error } = await app.attempt(() => window.auth.signIn())
    expect(error).toMatchObject({ code: 'storage', retryable: true })
    expect(await saying(app)).toBe('signed-out storage')
  })
})

test('a connection that died is opened again', async ({ app, server }) => {
  await app.page.addInitScript(() => {
    const connections = new Set<IDBDatabase>()
    Object.assign(window, { connections })
    const real = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (...given) {
      connections.add(this)
      return real.apply(this, given)
    }
  })
  await app.open()
  await app.signIn()
  const closed = await app.page.evaluate(() => {
    const { connections } = window as unknown as { connections: Set<IDBDatabase> }
    for (const connection of connections) connection.close()
    return connections.size
  })
  expect(closed).toBeGreaterThan(0)
  const { value } = await app.refresh()
  expect(value).toMatchObject({ status: 'signed-in' })
  const token = (await app.token()).value
  await app.reload()
  expect((await app.token()).value).toBe(token)
  expect(server.refreshTokenUses).toHaveLength(1)
})

const garbage: [name: string, record: unknown][] = [
  ['a text', 'garbage'],
  ['a number', 42],
  ['null', null],
  ['an empty object', {}],
  ['of another version', { v: 99, id: 'x', version: 1, tokens: {} }],
  ['without tokens', { v: 1, id: 'x', version: 1 }],
  ['cut in half', { v: 1, id: 'x', version: 1, tokens: {} }],
]

for (const [name, record] of garbage)
  test(`a record that is ${name} means signed out, and the next sign-in works`, async ({ app }) => {
    await app.open()
    await app.signIn()
    await overwrite(app, record)
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect((await app.token()).error?.code).toBe('not_signed_in')
    await app.signIn()
    expect((await app.reload()).status).toBe('signed-in')
  })

test.describe('with a store of the app’s own', () => {
  test.use({ mode: 'manual' })

  /** A store in localStorage, as an app might write one; each page load makes its client with it. */
  const withStore = (tab: Tab): Promise<unknown> =>
    tab.page.addInitScript(() => {
      const read = (key: string): unknown =>
        JSON.parse(localStorage.getItem(`mine:${key}`) ?? 'null') ?? undefined
      const store = {
        get: async (key: string) => read(key),
        async update(key: string, fn: (before: unknown) => unknown): Promise<[unknown, unknown]> {
          const [before, after] = [read(key), fn(read(key))]
          if (after === undefined) localStorage.removeItem(`mine:${key}`)
          else localStorage.setItem(`mine:${key}`, JSON.stringify(after))
          return [before, after]
        },
      }
      addEventListener('DOMContentLoaded', () => {
        window.auth = window.Pixy.createAuth({ ...window.options, store })
        window.auth.subscribe((state) => window.states.push(state))
      })
    })

  test('the session lives there, and nowhere else', async ({ app, server }) => {
    await withStore(app)
    const kept = (): Promise<string> => app.page.evaluate(() => JSON.stringify({ ...localStorage }))
    await app.open()
    await app.signIn()
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    const token = (await app.token()).value ?? 'none'
    expect(await kept()).toContain(token)
    expect((await app.dump()).split(token)).toHaveLength(2)
    await app.reload()
    expect((await app.token()).value).toBe(token)
    await app.signOut({ local: true })
    expect(await leaks(app, server)).toEqual([])
  })

  test('that throws, the session lives in memory', async ({ app, api }) => {
    await app.page.addInitScript(() => {
      const fail = (): never => {
        throw new Error('broken')
      }
      addEventListener('DOMContentLoaded', () => {
        const store = { get: fail, update: fail }
        window.auth = window.Pixy.createAuth({ ...window.options, store })
        void window.auth.start()
      })
    })
    expect(await app.open()).toEqual({ status: 'signed-out' })
    await app.signIn()
    expect((await app.fetch(`${api.url}me`)).value?.status).toBe(200)
  })
})

test.describe("with store 'memory'", () => {
  test.use({ options: { store: 'memory' } })

  test('a sign-in outlives its redirect, and no token is ever stored', async ({ app, server }) => {
    await app.open()
    await app.signIn()
    await app.refresh()
    expect(await leaks(app, server)).toEqual([])
    expect(await app.reload()).toEqual({ status: 'signed-out' })
  })
})

const failing: [name: string, stub: () => void][] = [
  [
    'altogether',
    () => {
      const fail = (): never => {
        throw new DOMException('gone', 'UnknownError')
      }
      IDBFactory.prototype.open = fail
      IDBDatabase.prototype.transaction = fail
    },
  ],
  [
    'to write',
    () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    },
  ],
]

for (const [name, stub] of failing)
  test.describe(`a shared store that fails ${name} in mid-session`, () => {
    test.beforeEach(async ({ app }) => {
      await app.open()
      await app.signIn()
    })

    test('leaves the token that lives in use', async ({ app, server }) => {
      const living = (await app.token()).value
      await nearExpiry(app)
      await app.page.evaluate(stub)
      expect((await app.token()).value).toBe(living)
      await expect.poll(() => saying(app)).toBe('signed-in storage')
      expect((await app.token()).value).toBe(living)
      expect(refreshes(server)).toHaveLength(0)
    })

    test('keeps the refresh token from being posted', async ({ app, server }) => {
      await expire(app)
      await app.page.evaluate(stub)
      const { error } = await app.token()
      expect(error).toMatchObject({ code: 'storage', retryable: true })
      expect((await app.refresh()).error?.code).toBe('storage')
      expect(await saying(app)).toBe('signed-in storage')
      expect(refreshes(server)).toHaveLength(0)
      // Another page load, a store that works: all is well.
      expect((await app.reload()).status).toBe('signed-in')
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    })

    test('does not lose what a refresh under way brings', async ({ app, server }) => {
      await expire(app)
      holdTokens(server)
      const under = app.token()
      await expect.poll(() => refreshes(server)).toHaveLength(1)
      await app.page.evaluate(stub)
      server.heal()
      expect(server.verify((await under).value ?? '')).toBeDefined()
      expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
      expect(server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated', 'rotated'])
    })
  })

test('a refresh that comes after the data was cleared brings nobody back', async ({
  app,
  server,
}) => {
  expect(await app.open()).toEqual({ status: 'signed-out' })
  await app.signIn()
  expect((await stored(app)).refreshToken).toBeDefined()
  await overwrite(app)
  expect((await app.refresh()).error?.code).toBe('session_ended')
  expect((await app.state()).status).toBe('signed-out')
  expect(refreshes(server)).toHaveLength(0)
})
