import { expect, Tab, test } from '../support/fixture.js'
import { eachRow } from '../support/rows.js'

test('a first visitor is shown as signed out before any database is made', async ({ app }) => {
  await app.page.addInitScript(() => {
    const { open } = IDBFactory.prototype
    IDBFactory.prototype.open = function (...given) {
      document.documentElement.dataset['open'] ??= window.auth.state.status
      return open.apply(this, given)
    }
  })
  expect(await app.open()).toEqual({ status: 'signed-out' })
  const opened = await app.page.evaluate(() => document.documentElement.dataset['open'])
  expect(opened ?? 'signed-out').toBe('signed-out')
})

/** What browsers make of `indexedDB.databases()`. */
const answers: [name: string, stub: () => void][] = [
  ['missing', () => Reflect.deleteProperty(IDBFactory.prototype, 'databases')],
  [
    'throws',
    () => {
      IDBFactory.prototype.databases = () => {
        throw new DOMException('denied', 'SecurityError')
      }
    },
  ],
  [
    'rejects',
    () => {
      IDBFactory.prototype.databases = () =>
        Promise.reject(new DOMException('denied', 'UnknownError'))
    },
  ],
  [
    'hangs',
    () => {
      IDBFactory.prototype.databases = () => new Promise(() => {})
    },
  ],
  [
    'gives no list',
    () => {
      IDBFactory.prototype.databases = async () => undefined as unknown as IDBDatabaseInfo[]
    },
  ],
]

test('a session is found even if the browser lists no databases', async ({ app, context }) => {
  await app.open()
  await app.signIn()
  const lies: (typeof answers)[number] = [
    'lists none',
    () => {
      IDBFactory.prototype.databases = async () => []
    },
  ]
  await eachRow([...answers, lies], async (_name, stub) => {
    const tab = new Tab(await context.newPage())
    await tab.page.addInitScript(stub)
    expect((await tab.open()).status).toBe('signed-in')
    expect(await tab.history()).not.toContain('signed-out')
    await tab.page.close()
  })
  await test.step('and also where local storage was cleared', async () => {
    const honest: (typeof answers)[number] = ['lists all', () => {}]
    await eachRow([...answers, honest], async (_name, stub) => {
      const tab = new Tab(await context.newPage())
      await tab.page.addInitScript(stub)
      await tab.page.addInitScript(() => localStorage.clear())
      expect((await tab.open()).status).toBe('signed-in')
      expect(await tab.history()).not.toContain('signed-out')
      await tab.page.close()
    })
  })
})

test('a session is found where local storage is denied', async ({ app, context }) => {
  await app.open()
  await app.signIn()
  const tab = new Tab(await context.newPage())
  await tab.page.addInitScript(() => {
    IDBFactory.prototype.databases = async () => []
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
  })
  expect((await tab.open()).status).toBe('signed-in')
})
