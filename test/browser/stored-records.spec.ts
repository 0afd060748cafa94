import { expect, test, type Tab } from '../support/fixture.js'
import { depart, edit } from '../support/sign-in-steps.js'
import { bend, look, overwrite, refreshes, saying, stored } from '../support/session.js'

/** Replace every record that the library keeps in IndexedDB by this value. */
const spoil = (tab: Tab, value: unknown): Promise<void> =>
  tab.page.evaluate(async (other) => {
    const open = indexedDB.open('pixy-auth')
    await new Promise((resolve) => (open.onsuccess = resolve))
    const transaction = open.result.transaction('keyval', 'readwrite')
    const store = transaction.objectStore('keyval')
    const keys = store.getAllKeys()
    keys.onsuccess = () => keys.result.forEach((key) => store.put(other, key))
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    open.result.close()
  }, value)

test('F29, T41: a damaged or older record is discarded, and the next sign-in works', async ({
  app,
}) => {
  await app.open()
  await app.signIn()
  const record = await stored(app)
  const key = `pixy-auth:session:${await app.page.evaluate(() => `${window.options.issuer} ${window.options.clientId}`)}`
  const bent = Object.keys(record).flatMap((name) =>
    [undefined, null, 42, 'garbage'].map((value): [string, unknown] => [
      `${name}: ${value}`,
      { ...record, [name]: value },
    ]),
  )
  const wholes = [null, 42, 'garbage', {}, [], { ...record, v: 0 }, { ...record, v: '1' }]
  const all = [...bent, ...wholes.map((whole): [string, unknown] => [`whole: ${whole}`, whole])]
  const wrong = await app.page.evaluate(
    async ([rows, name]) => {
      const found: string[] = []
      const open = indexedDB.open('pixy-auth')
      await new Promise((resolve) => (open.onsuccess = resolve))
      for (const [what, value] of rows) {
        const transaction = open.result.transaction('keyval', 'readwrite')
        transaction.objectStore('keyval').put(value, name)
        await new Promise((resolve) => (transaction.oncomplete = resolve))
        const auth = window.Pixy.createAuth(window.options)
        const state = await auth.start()
        auth.dispose()
        // Signed in means a user and a session; members that are not needed may be missing.
        const usable =
          state.status === 'signed-in' &&
          typeof state.user === 'object' &&
          Array.isArray(state.session.scope)
        if (!usable && state.status !== 'signed-out') found.push(what)
        if (what.startsWith('whole') && state.status !== 'signed-out') found.push(what)
      }
      open.result.close()
      return found
    },
    [all, key] as const,
  )
  expect(wrong).toEqual([])
  for (const value of ['garbage', { at: Date.now(), one: null }]) {
    await spoil(app, value)
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    expect((await app.token()).error?.code).toBe('not_signed_in')
    // What a sign-in remembers takes the place of the garbage.
    const elsewhere = await app.attempt(async () => {
      await window.auth.signInUrl()
      return JSON.stringify({ ...sessionStorage })
    })
    expect(elsewhere.value).not.toContain('codeVerifier')
    await app.signIn()
  }
  expect((await app.reload()).status).toBe('signed-in')
})

test('F30: a record of a newer version is neither read nor written over', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  await test.step('unknown members are kept', async () => {
    await bend(app, (record) => Object.assign(record, { novel: 'kept' }))
    await app.refresh()
    expect(await stored(app)).toMatchObject({ novel: 'kept' })
    await app.reload()
    expect((await app.state()).status).toBe('signed-in')
  })
  const newer = { v: 2, id: 'newer', version: 9, novel: { refresh: 'secret' } }
  const asked = refreshes(server).length
  await test.step('a tab with a session goes on with its access token', async () => {
    const token = (await app.token()).value
    await overwrite(app, newer)
    await look(app)
    expect((await app.state()).status).toBe('signed-in')
    expect((await app.token()).value).toBe(token)
    expect((await app.refresh()).error).toMatchObject({ code: 'storage', retryable: true })
    expect(await saying(app)).toBe('signed-in storage')
    await app.page.evaluate(() => {
      const { issuer, clientId } = window.options
      new BroadcastChannel(`pixy-auth:${issuer} ${clientId}`).postMessage('sign-out newer')
    })
    await app.becomes('signed-out')
  })
  await test.step('in a tab without a session a sign-in lives in memory', async () => {
    expect(await app.reload()).toEqual({ status: 'signed-out' })
    await app.signIn()
    expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
    await look(app)
    expect((await app.state()).status).toBe('signed-in')
  })
  expect(await stored(app)).toEqual(newer)
  expect(refreshes(server)).toHaveLength(asked + 1)
  await test.step('a sign-out deletes it', async () => {
    await app.signOut({ local: true })
    expect(await app.dump()).not.toContain('newer')
  })
})

test('F86: messages of another version are ignored, and its sign-ins are kept', async ({
  app,
  server,
}) => {
  const complaints: string[] = []
  app.page.on('pageerror', ({ message }) => complaints.push(message))
  await app.open()
  await app.signIn()
  const before = refreshes(server).length
  const { id } = await stored(app)
  const facts: unknown[] = [
    null,
    2,
    '',
    `upgraded ${id}`,
    `sign-outs ${id}`,
    { v: 2, type: 'sign-out', id },
    { toString: 1 },
  ]
  await app.page.evaluate((all) => {
    const { issuer, clientId } = window.options
    const line = new BroadcastChannel(`pixy-auth:${issuer} ${clientId}`)
    for (const fact of all) line.postMessage(fact)
    line.close()
  }, facts)
  await look(app)
  expect(await app.history()).toEqual(['loading', 'signed-in'])
  expect(refreshes(server)).toHaveLength(before)

  await depart(app, server)
  await edit<Record<string, unknown>>(app, 'pixy-auth:transactions:', (pending) => {
    const [one] = Object.values(pending)
    pending['px2z'] = { ...(one as object), way: 'z', novel: 'theirs' }
  })
  await app.open()
  await app.signIn()
  expect(await app.dump()).toContain('theirs')
  expect(complaints).toEqual([])
})

test('F84: changed metadata applies to new sign-ins, not to a running session', async ({
  app,
  server,
}) => {
  await app.open()
  await app.signIn()
  server.options.metadata = {
    authorization_endpoint: `${server.issuer}/authorize?by=new`,
    token_endpoint: `${server.issuer}/token?by=new`,
  }
  await edit<{ at: number }>(app, 'pixy-auth:server:', (cached) => void (cached.at = 0))
  await app.reload()
  const asked = (): (string | undefined)[] =>
    server.requests('token').map(({ params }) => params['by'])
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
  expect(asked()).toEqual([undefined, undefined])
  await app.signIn()
  expect(server.requests('authorize').at(-1)?.params['by']).toBe('new')
  await app.refresh()
  expect(asked()).toEqual([undefined, undefined, 'new', 'new'])
})

test('F31: clearing the site data in mid-session ends the session for good', async ({
  app,
  server,
  servers,
  context,
}) => {
  await app.open()
  await app.signIn()
  const cleaner = await context.newPage()
  await cleaner.goto(servers.newPage(() => '<title>cleaner</title>'))
  // The open tab does not block the deletion.
  await cleaner.evaluate(async () => {
    localStorage.clear()
    sessionStorage.clear()
    const gone = indexedDB.deleteDatabase('pixy-auth')
    await new Promise((resolve) => (gone.onsuccess = resolve))
  })
  expect((await app.token()).error).toBeUndefined()
  expect((await app.refresh()).error?.code).toBe('session_ended')
  // The store is read once more before that is shown.
  await app.becomes('signed-out')
  expect(refreshes(server)).toHaveLength(0)
  expect(await app.reload()).toEqual({ status: 'signed-out' })
  await app.signIn()
  expect((await app.reload()).status).toBe('signed-in')
})

test('F34: a database without the library’s object store is left alone', async ({
  app,
  servers,
}) => {
  await app.page.goto(servers.newPage(() => '<title>seed</title>'))
  await app.page.evaluate(async () => {
    const open = indexedDB.open('pixy-auth')
    open.onupgradeneeded = () => open.result.createObjectStore('theirs')
    await new Promise((resolve) => (open.onsuccess = resolve))
    open.result.close()
  })
  expect(await app.open()).toEqual({ status: 'signed-out' })
  await app.signIn()
  expect((await app.reload()).status).toBe('signed-in')
  expect((await app.refresh()).value).toMatchObject({ status: 'signed-in' })
})
