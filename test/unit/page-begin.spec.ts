import { expect } from '@playwright/test'
import type { AuthState } from '../../src/api.js'
import { writeState } from '../../src/lib/state-param.js'
import { endedSession } from '../../src/page/flags.js'
import { signedIn, signedOut, type Globals } from '../support/page.js'
import { app, test } from '../support/start.js'

// Which session a start looks for, and what it loads.

const key = 'https://id.example app'
let count = 0
const answer = (): string =>
  `${app}/callback?code=secret&state=${writeState('redirect', 'abcdef', `start${(count += 1)}`)}`

for (const [what, kept, isAnswer, refused] of [
  ['no session in a new browser', undefined, false, undefined],
  ['any session, beside a callback', undefined, true, ''],
  ['any session but the ended one', 'one', false, 'one'],
  ['any session but the ended one, beside a callback', 'one', true, 'one'],
] as const)
  test(`the vault looks for ${what}`, async ({ open, globals }) => {
    if (isAnswer) globals.at(answer())
    if (kept) endedSession(key, kept)
    const told: (string | undefined)[] = []
    const { start } = open({ open: (given) => (told.push(given), signedOut()) })
    await start.start()
    expect(told).toEqual([refused])
  })

/** Count how often the part that signs in is loaded: it listens for clicks. */
function countLoads(globals: Globals, fails = false): () => number {
  let loads = 0
  const { addEventListener: listen } = globalThis
  globals.give('addEventListener', (...given: Parameters<typeof listen>) => {
    if (given[0] === 'click') loads += 1
    if (given[0] === 'click' && fails) throw new Error('not loaded')
    listen(...given)
  })
  return () => loads
}

test('with a callback the sign-in file is loaded while the database opens', async ({
  open,
  globals,
}) => {
  const page = globals.at(answer())
  const loads = countLoads(globals)
  const snapshot = signedIn()
  const { start, asked } = open({
    open: async () => {
      await expect.poll(loads).toBe(1)
      return signedOut()
    },
    callback: () => ({ snapshot }),
  })
  expect(await start.start()).toMatchObject({ status: 'signed-in' })
  expect(asked.slice(0, 2)).toEqual(['open', 'callback'])
  expect((await start.open()).hasCallback).toBe(true)
  expect(page.href).toBe(`${app}/callback`)
})

test('without a callback the sign-in file is loaded once the page is idle', async ({
  open,
  globals,
}) => {
  const loads = countLoads(globals)
  const idle: (() => void)[] = []
  globals.give('requestIdleCallback', (work: () => void) => idle.push(work))
  const { start } = open()
  await start.start()
  expect((await start.open()).hasCallback).toBe(false)
  await new Promise(setImmediate)
  expect(loads()).toBe(0)
  for (const work of idle) work()
  await expect.poll(loads).toBe(1)
})

test('without the sign-in file only a callback fails', async ({ open, globals }) => {
  const loads = countLoads(globals, true)
  const { start } = open({ open: () => signedIn() })
  expect(await start.start()).toMatchObject({ status: 'signed-in' })
  await expect.poll(loads).toBe(1)
  globals.at(answer())
  const other = open({
    open: async () => {
      await expect.poll(loads).toBe(2)
      await new Promise(setImmediate)
      return signedOut()
    },
  })
  const { error } = (await other.start.start()) as AuthState & { status: 'signed-out' }
  expect(['network', 'unsupported']).toContain(error?.code)
  await new Promise(setImmediate)
})

test('a session that was idle for too long ends as the page starts', async ({ open }) => {
  const options = { idle: { after: 600 } }
  const start = (): Promise<AuthState> => open({ options, open: () => signedIn() }).start.start()
  localStorage.setItem(`pixy-auth:active:${key}`, `${Date.now() - 10_000}`)
  expect(await start()).toMatchObject({ status: 'signed-in' })
  localStorage.setItem(`pixy-auth:active:${key}`, `${Date.now() - 601_000}`)
  expect(await start()).toMatchObject({ error: { code: 'session_ended' } })
})

test('with `restore` the page asks the server if it finds no session', async ({
  open,
  globals,
}) => {
  globals.give('navigator', { onLine: true })
  for (const [restore, status] of [
    [true, 'signed-in'],
    [false, 'signed-out'],
  ] as const) {
    const found = [signedOut(), signedIn()]
    const options = { restore, store: 'session' } as const
    const { start } = open({ options, open: () => found.shift() ?? signedOut() })
    expect(await start.start()).toMatchObject({ status })
  }
})
