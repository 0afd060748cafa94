import { test as base } from '@playwright/test'
import { resolveConfig } from '../../src/config.js'
import type { Vault, VaultEvent } from '../../src/door.js'
import type { AuthOptions, Store } from '../../src/options.js'
import { createMockServer, type MockServer } from '../../src/testing/index.js'
import type { Transaction } from '../../src/vault/sign-in/transactions.js'
import { createVault } from '../../src/vault/vault.js'
import { serve } from './node-server.js'

// The vault needs no page: here it runs in plain Node, with neither IndexedDB nor Web Locks.

/** A store in a Map, and what it holds. */
export function mapStore(): Store & { readonly records: Map<string, unknown> } {
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

/** A store in a Map that refuses every write from `breakDown()` to `recover()`. */
export function brittleStore() {
  const inner = mapStore()
  let isBroken = false
  const update: Store['update'] = (key, fn) =>
    isBroken ? Promise.reject(new Error('No room.')) : inner.update(key, fn)
  return {
    store: { ...inner, update },
    breakDown: () => void (isBroken = true),
    recover: () => void (isBroken = false),
  }
}

export interface Room {
  server: MockServer
  /** For this test only: two servers that send no `iss` must not share a redirect URI. */
  redirectUri: string
  /** @param lent the tab's own storage; default: `own`, which all such tabs share */
  open(options?: Partial<AuthOptions>, lent?: Store): Vault
  facts: VaultEvent[]
  /** The tab's own storage: the only place that outlives a redirect here. */
  own: ReturnType<typeof mapStore>
}

export const test = base.extend<{ room: Room }>({
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
    const redirectUri = `https://app.example/callback/${new URL(served.origin).port}`
    const vaults: Vault[] = []
    const [facts, own]: [VaultEvent[], Room['own']] = [[], mapStore()]
    const open: Room['open'] = (options = {}, lent = own) => {
      const config = resolveConfig(
        {
          issuer: served.origin,
          clientId: 'app',
          redirectUri,
          scope: 'openid offline_access',
          store: 'memory',
          resources: [`${served.origin}/api/`],
          ...options,
        },
        'https://app.example/',
      )
      const vault = createVault(config, lent, (fact) => facts.push(fact))
      vaults.push(vault)
      return vault
    }
    await use({ server, redirectUri, open, facts, own })
    for (const vault of vaults) await vault.close()
    await served.close()
  },
})

/** Go to the server as a browser does. @returns the callback URL that the server answers with */
export async function signIn(vault: Vault): Promise<string> {
  const url = await vault.authorize({ via: 'redirect', returnTo: 'https://app.example/deep' })
  const answer = await fetch(url, { redirect: 'manual' })
  return answer.headers.get('location') ?? ''
}

/** A request to a resource, as it comes through the door. */
export const request = (url: string, init: RequestInit = {}): Request => new Request(url, init)

/** A sign-in that was started at this issuer, long ago. */
export const startedAt = (issuer: string): Transaction => ({
  codeVerifier: 'v',
  nonce: 'n',
  server: { issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` },
  redirectUri: 'https://app.example/',
  via: 'redirect',
  returnTo: '/',
  scope: 'openid',
  resource: undefined,
  maxAge: undefined,
  acrValues: undefined,
  key: undefined,
  pushed: undefined,
  createdAt: 0,
})

/** The URLs to which a piece of work sent a token. */
export async function bearers(work: () => Promise<unknown>): Promise<string[]> {
  const real = globalThis.fetch
  const found: string[] = []
  globalThis.fetch = async (input, init) => {
    const { headers, url } = new Request(input, init)
    if (headers.has('authorization')) found.push(url)
    return real(input, init)
  }
  await work().finally(() => (globalThis.fetch = real))
  return found
}
