import { expect } from '@playwright/test'
import { mapStore, signIn, test } from '../support/vault.js'

test('a new vault is signed out', async ({ room }) => {
  expect(await room.open().open(undefined)).toEqual({ status: 'signed-out', error: undefined })
  expect(room.server.ledger).toEqual([])
})

test('a sign-in, a token, a call, a refresh and a sign-out', async ({ room }) => {
  const vault = room.open()
  await vault.open(undefined)
  const finished = await vault.callback(await signIn(vault))
  expect(finished).toMatchObject({
    snapshot: { status: 'signed-in', user: { sub: 'user-1' } },
    returnTo: 'https://app.example/deep',
  })
  const token = await vault.getAccessToken({})
  expect(room.server.verify(token)).toMatchObject({ sub: 'user-1' })
  expect(await vault.refresh()).toMatchObject({ status: 'signed-in' })
  expect(await vault.getAccessToken({})).not.toBe(token)
  expect(room.server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  const { url, undeleted } = await vault.signOut({})
  expect(url).toContain(`${room.server.issuer}/end_session?`)
  expect(undeleted).toBe('')
  await expect(vault.getAccessToken({})).rejects.toMatchObject({ code: 'not_signed_in' })
})

test('nothing that the vault passes to the page holds a secret', async ({ room }) => {
  const vault = room.open()
  const finished = await vault.callback(await signIn(vault))
  await vault.refresh()
  const told = JSON.stringify([finished, room.facts, await vault.open(undefined)])
  expect(room.facts.length).toBeGreaterThan(0)
  for (const secret of room.server.secrets) expect(told).not.toContain(secret)
})

test('a session in the app’s store is there for the next vault', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.callback(await signIn(first))
  const token = await first.getAccessToken({})
  const second = room.open({ store })
  expect(await second.open(undefined)).toMatchObject({ status: 'signed-in' })
  expect(await second.getAccessToken({})).toBe(token)
  await second.signOut({ local: true })
  const kept = JSON.stringify([...store.records, ...room.own.records])
  for (const secret of room.server.secrets) expect(kept).not.toContain(secret)
})

test('two vaults on one store present a refresh token once', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.callback(await signIn(first))
  const second = room.open({ store })
  await second.open(undefined)
  for (const [key, record] of store.records) {
    const { tokens = {} } = record as { tokens?: Record<string, { expiresAt: number }> }
    for (const token of Object.values(tokens)) token.expiresAt = Date.now() - 1
    store.records.set(key, record)
  }
  await Promise.all([first.open(undefined), second.open(undefined)])
  const tokens = await Promise.all(
    [first, second, first, second].map((vault) => vault.getAccessToken({})),
  )
  expect(new Set(tokens).size).toBe(1)
  expect(room.server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
})

test('a session that was signed out in another page is refused by its id', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.callback(await signIn(first))
  const { id } = [...store.records.values()].find(
    (record) => (record as { id?: string }).id !== undefined,
  ) as { id: string }
  expect(await room.open({ store }).open('another')).toMatchObject({ status: 'signed-in' })
  expect(await room.open({ store }).open(id)).toMatchObject({ status: 'signed-out' })
  expect(await room.open({ store }).open(undefined)).toMatchObject({ status: 'signed-out' })
})

test('T29: a client does not find what another client of the origin stores', async ({ room }) => {
  const store = mapStore()
  const vault = room.open({ store })
  const answer = await signIn(vault)
  for (const other of [{ clientId: 'other' }, { issuer: 'https://other.example' }]) {
    const client = room.open({ store, ...other })
    expect(await client.callback(answer)).toBeUndefined()
    // Nor does its sign-out end a sign-in under way.
    await client.signOut({ local: true })
  }
  await vault.callback(answer)
  expect(await room.open({ store }).open(undefined)).toMatchObject({ status: 'signed-in' })
  for (const other of [{ clientId: 'other' }, { issuer: 'https://other.example' }])
    expect(await room.open({ store, ...other }).open(undefined)).toMatchObject({
      status: 'signed-out',
    })
})

test('ending an expired session in another tab keeps a sign-in under way', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.callback(await signIn(first))
  for (const record of store.records.values()) {
    const { tokens = {} } = record as { tokens?: Record<string, { expiresAt: number }> }
    for (const token of Object.values(tokens)) token.expiresAt = Date.now() - 1
    Object.assign(record as object, { refreshToken: undefined })
  }
  const url = await signIn(first)
  room.server.fail('token', { delay: 600_000 })
  const before = room.server.requests('token').length
  const finishing = first.callback(url)
  await expect.poll(() => room.server.requests('token')).toHaveLength(before + 1)
  expect(await room.open({ store }).open(undefined)).toMatchObject({ status: 'signed-out' })
  room.server.heal()
  expect((await finishing)?.snapshot).toMatchObject({ status: 'signed-in' })
  expect(await room.open({ store }).open(undefined)).toMatchObject({ status: 'signed-in' })
})

test('prepare() fetches what a sign-in needs, unless the user is signed in', async ({ room }) => {
  const { server, open } = room
  const vault = open()
  expect(await vault.prepare()).toBe(`${server.issuer}/authorize`)
  expect(server.requests('openid-configuration')).toHaveLength(1)
  const other = open({ store: mapStore() })
  await other.callback(await signIn(other))
  const before = server.ledger.length
  expect(await other.prepare()).toBeUndefined()
  expect(server.ledger).toHaveLength(before)
})
