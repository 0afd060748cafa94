import { expect, test } from '@playwright/test'
import { resolveConfig } from '../../src/config.js'
import type { Fact, Vault } from '../../src/door.js'
import type { AuthOptions, Store } from '../../src/options.js'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import { createVault } from '../../src/vault/vault.js'
import { serve } from '../node-server.js'

// The vault needs no page: here it runs in plain Node, with neither IndexedDB nor Web Locks.

/** A store in a Map, and what it holds. */
function mapStore(): Store & { readonly records: Map<string, unknown> } {
  const records = new Map<string, unknown>()
  return {
    records,
    get: async (key) => structuredClone(records.get(key)),
    async update(key, fn) {
      const before = records.get(key)
      const after = fn(structuredClone(before))
      if (after === undefined) records.delete(key)
      else records.set(key, structuredClone(after))
      return [before, after]
    },
  }
}

interface Room {
  server: MockServer
  open(options?: Partial<AuthOptions>): Vault
  facts: Fact[]
  /** The tab's own storage: the only place that outlives a redirect here. */
  own: ReturnType<typeof mapStore>
}

const withRoom = test.extend<{ room: Room }>({
  room: async ({}, use) => {
    let server: MockServer | undefined
    const served = await serve((request) =>
      Promise.resolve(
        new URL(request.url).pathname.startsWith('/api')
          ? Response.json(
              server?.verify(request.headers.get('authorization')?.slice(7) ?? '') ?? {},
            )
          : (server?.fetch(request) ?? new Response()),
      ),
    )
    server = createMockServer({ issuer: served.origin })
    const vaults: Vault[] = []
    const [facts, own]: [Fact[], Room['own']] = [[], mapStore()]
    const open: Room['open'] = (options = {}) => {
      const config = resolveConfig(
        {
          issuer: served.origin,
          clientId: 'app',
          redirectUri: '/callback',
          scope: 'openid offline_access',
          store: 'memory',
          resources: [`${served.origin}/api/`],
          ...options,
        },
        'https://app.example/',
      )
      const vault = createVault(config, own, (fact) => facts.push(fact))
      vaults.push(vault)
      return vault
    }
    await use({ server, open, facts, own })
    for (const vault of vaults) await vault.close()
    await served.close()
  },
})

/** As a browser walks it: to the server, and back with its answer. */
async function signIn(vault: Vault): Promise<string> {
  const url = await vault.begin({ way: 'r', returnTo: 'https://app.example/deep' })
  const answer = await fetch(url, { redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

withRoom('nobody is signed in at first', async ({ room }) => {
  expect(await room.open().open(undefined)).toEqual({ status: 'signed-out', error: undefined })
  expect(room.server.ledger).toEqual([])
})

withRoom('a sign-in, a token, a call, a refresh and a sign-out', async ({ room }) => {
  const vault = room.open()
  await vault.open(undefined)
  const finished = await vault.finish(await signIn(vault))
  expect(finished).toMatchObject({
    snapshot: { status: 'signed-in', user: { sub: 'user-1' } },
    returnTo: 'https://app.example/deep',
  })
  const token = await vault.token({})
  expect(room.server.verify(token)).toMatchObject({ sub: 'user-1' })
  expect(await vault.refresh()).toMatchObject({ status: 'signed-in' })
  expect(await vault.token({})).not.toBe(token)
  expect(room.server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
  const { url, undeleted } = await vault.end({})
  expect(url).toContain(`${room.server.issuer}/end_session?`)
  expect(undeleted).toBeUndefined()
  await expect(vault.token({})).rejects.toMatchObject({ code: 'not_signed_in' })
})

withRoom('what crosses the door holds no secret', async ({ room }) => {
  const vault = room.open()
  const finished = await vault.finish(await signIn(vault))
  await vault.refresh()
  const told = JSON.stringify([finished, room.facts, await vault.open(undefined)])
  expect(room.facts.length).toBeGreaterThan(0)
  for (const secret of room.server.secrets) expect(told).not.toContain(secret)
})

withRoom('a store of its own keeps the session for the next vault', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.finish(await signIn(first))
  const token = await first.token({})
  const second = room.open({ store })
  expect(await second.open(undefined)).toMatchObject({ status: 'signed-in' })
  expect(await second.token({})).toBe(token)
  await second.end({ local: true })
  const kept = JSON.stringify([...store.records, ...room.own.records])
  for (const secret of room.server.secrets) expect(kept).not.toContain(secret)
})

withRoom('two vaults on one store present a refresh token once', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.finish(await signIn(first))
  const second = room.open({ store })
  await second.open(undefined)
  for (const [key, record] of store.records) {
    const { tokens = {} } = record as { tokens?: Record<string, { expiresAt: number }> }
    for (const token of Object.values(tokens)) token.expiresAt = Date.now() - 1
    store.records.set(key, record)
  }
  await Promise.all([first.open(undefined), second.open(undefined)])
  const tokens = await Promise.all([first, second, first, second].map((vault) => vault.token({})))
  expect(new Set(tokens).size).toBe(1)
  expect(room.server.refreshTokenUses.map(({ outcome }) => outcome)).toEqual(['rotated'])
})

withRoom('a session that was signed out elsewhere is refused by its id', async ({ room }) => {
  const store = mapStore()
  const first = room.open({ store })
  await first.finish(await signIn(first))
  const { id } = [...store.records.values()].find(
    (record) => (record as { id?: string }).id !== undefined,
  ) as { id: string }
  expect(await room.open({ store }).open('another')).toMatchObject({ status: 'signed-in' })
  expect(await room.open({ store }).open(id)).toMatchObject({ status: 'signed-out' })
  expect(await room.open({ store }).open(undefined)).toMatchObject({ status: 'signed-out' })
})
