import type { MockServer } from '../../src/testing/index.js'
import { expect, Tab, test } from '../support/fixture.js'
import type { Api } from '../support/servers.js'
import { atRow, eachRow } from '../support/rows.js'
import { expire, holdTokens, nearExpiry, refreshes, saying } from '../support/session.js'
import { holdTimersFromLoad } from '../support/timers.js'

/** Stubs for a page that has not started, by what becomes of its IndexedDB. */
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
    'refused in a moment',
    () => {
      IDBFactory.prototype.open = () => {
        const error = new DOMException('denied', 'InvalidStateError')
        const request = Object.assign(new EventTarget(), { error }) as unknown as IDBOpenDBRequest
        setTimeout(() => request.onerror?.(new Event('error')))
        return request
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

/** A person signs in all the same, and no timer is waited for; the session lives as long as the page. */
async function livesInMemory(tab: Tab, stub: () => void, server: MockServer, api: Api) {
  const earlier = server.refreshTokenUses.length
  await tab.page.addInitScript(stub)
  await holdTimersFromLoad(tab)
  expect(await tab.open()).toEqual({ status: 'signed-out' })
  await tab.signIn()
  expect((await tab.fetch(`${api.url}me`)).value?.status).toBe(200)
  // A session in memory is renewed from memory.
  const before = (await tab.token()).value
  expect((await tab.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect((await tab.token()).value).not.toBe(before)
  const uses = server.refreshTokenUses.slice(earlier)
  expect(uses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  expect(await tab.reload()).toEqual({ status: 'signed-out' })
}

test('F26, F27, F28: without a usable IndexedDB a session lives in memory', async ({
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

test('F27: with all storage denied the app starts, and signIn() says why it fails', async ({
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

test('F32: a connection that died is opened again', async ({ app, server }) => {
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
  test(`F28, F33: a store that fails ${name} in mid-session loses no token`, async ({
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
