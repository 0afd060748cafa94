import type { MockServer } from '../../src/testing/index.js'
import { expect, Tab, test } from '../fixture.js'
import type { Api } from '../servers.js'
import { atRow, eachRow } from '../words-rows.js'
import {
  elapsed,
  expire,
  holdTokens,
  nearExpiry,
  refreshes,
  saying,
  stored,
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
    'full',
    () => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError')
      }
    },
  ],
]

/** A person signs in all the same, in a page with that stub, for as long as the page lives. */
async function livesInMemory(tab: Tab, stub: () => void, server: MockServer, api: Api) {
  const earlier = server.refreshTokenUses.length
  await tab.page.addInitScript(stub)
  expect(await elapsed(tab.open())).toBeLessThan(4000)
  expect(await tab.state()).toEqual({ status: 'signed-out' })
  expect(await elapsed(tab.signIn())).toBeLessThan(7000)
  expect((await tab.fetch(`${api.url}me`)).value?.status).toBe(200)
  // Born in memory, it is renewed from memory.
  const before = (await tab.token()).value
  expect((await tab.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect((await tab.token()).value).not.toBe(before)
  const uses = server.refreshTokenUses.slice(earlier)
  expect(uses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  expect(await tab.reload()).toEqual({ status: 'signed-out' })
}

test('where IndexedDB is missing, refused or full, a person signs in for as long as the page lives', async ({
  context,
  server,
  api,
}) => {
  await eachRow(broken, async (_name, stub) => {
    const tab = new Tab(await context.newPage())
    await livesInMemory(tab, stub, server, api)
    await tab.page.close()
  })
})

test('so too where IndexedDB never opens', async ({ app, server, api }) => {
  // Whoever asks it is kept waiting before memory takes over.
  test.setTimeout(60_000)
  const never = (): void => {
    IDBFactory.prototype.open = () => new EventTarget() as IDBOpenDBRequest
  }
  await livesInMemory(app, never, server, api)
})

test('where all storage is denied, the app starts signed out, and a sign-in says why it cannot be', async ({
  app,
}) => {
  await app.page.addInitScript(() => {
    const deny = (): never => {
      throw new DOMException('denied', 'SecurityError')
    }
    IDBFactory.prototype.open = deny
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, { get: deny })
  })
  expect(await app.open()).toEqual({ status: 'signed-out' })
  const { error } = await app.attempt(() => window.auth.signIn())
  expect(error).toMatchObject({ code: 'storage', retryable: true })
  expect(await saying(app)).toBe('signed-out storage')
})

test('a connection that died is opened again; data that was cleared stays gone, and a refresh brings nobody back', async ({
  app,
  server,
}) => {
  await app.page.addInitScript(() => {
    const connections = new Set<IDBDatabase>()
    Object.assign(window, { connections })
    const real = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (...given) {
      connections.add(this)
      return real.apply(this, given)
    }
  })
  expect(await app.open()).toEqual({ status: 'signed-out' })
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
  await atRow('cleared', async () => {
    expect((await stored(app)).refreshToken).toBeDefined()
    await overwrite(app)
    expect((await app.refresh()).error?.code).toBe('session_ended')
    expect((await app.state()).status).toBe('signed-out')
    expect(refreshes(server)).toHaveLength(1)
  })
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

test('a record that is garbage means signed out, and the next sign-in works', async ({ app }) => {
  await app.open()
  await app.signIn()
  await eachRow(garbage, async (_name, record) => {
    await overwrite(app, record)
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect((await app.token()).error?.code).toBe('not_signed_in')
    await app.signIn()
    expect((await app.reload()).status).toBe('signed-in')
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
  test(`a shared store that fails ${name} in mid-session leaves a living token in use, keeps the refresh token from being posted, and loses nothing that a refresh under way brings`, async ({
    app,
    server,
  }) => {
    await app.open()
    await app.signIn()
    await atRow('a living token', async () => {
      const living = (await app.token()).value
      await nearExpiry(app)
      await app.page.evaluate(stub)
      expect((await app.token()).value).toBe(living)
      await expect.poll(() => saying(app)).toBe('signed-in storage')
      expect((await app.token()).value).toBe(living)
      expect(refreshes(server)).toHaveLength(0)
    })
    // Each page load has a store that works again.
    await app.reload()
    await atRow('an expired token', async () => {
      await expire(app)
      await app.page.evaluate(stub)
      const { error } = await app.token()
      expect(error).toMatchObject({ code: 'storage', retryable: true })
      expect((await app.refresh()).error?.code).toBe('storage')
      expect(await saying(app)).toBe('signed-in storage')
      expect(refreshes(server)).toHaveLength(0)
      expect((await app.reload()).status).toBe('signed-in')
      expect(server.verify((await app.token()).value ?? '')).toBeDefined()
    })
    await atRow('a refresh under way', async () => {
      const earlier = server.refreshTokenUses.length
      const asked = refreshes(server).length
      await expire(app)
      holdTokens(server)
      const under = app.token()
      await expect.poll(() => refreshes(server)).toHaveLength(asked + 1)
      await app.page.evaluate(stub)
      server.heal()
      expect(server.verify((await under).value ?? '')).toBeDefined()
      expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
      const uses = server.refreshTokenUses.slice(earlier)
      expect(uses.map(({ outcome }) => outcome)).toEqual(['rotated', 'rotated'])
    })
  })
