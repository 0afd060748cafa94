import { test as base } from '@playwright/test'
import type { VaultEvent } from '../../src/door.js'
import { AuthError } from '../../src/errors.js'
import type { Store } from '../../src/options.js'
import type { Active, SessionRecord } from '../../src/vault/record.js'
import { createNotes } from '../../src/vault/notes.js'
import { createSession, type SessionStore } from '../../src/vault/session.js'
import { mapStore } from './vault.js'

// The sessions of tabs that share a channel, without a server.

const later = Date.now() + 3_600_000

export const active = (more: Partial<Active> = {}): Active => ({
  v: 1,
  id: 'one',
  version: 1,
  server: { issuer: 'https://id.example', authorization_endpoint: '', token_endpoint: '' },
  session: { scope: [], tokenType: 'bearer', issuer: 'https://id.example' },
  user: { sub: 'user-1' },
  identity: undefined,
  idToken: undefined,
  refreshToken: 'r',
  tokens: { '': { value: 'a', type: 'bearer', receivedAt: 1, expiresAt: later } },
  ...more,
})

export interface Opened {
  session: SessionStore
  events: VaultEvent[]
  changes: string[]
  ended: Active[]
}

export type Open = (store: Store, isPerTab?: boolean) => Opened

export const test = base.extend<{ open: Open }>({
  open: async ({}, use) => {
    const key = crypto.randomUUID()
    const sessions: SessionStore[] = []
    await use((store, isPerTab = false) => {
      const [events, changes, ended]: [VaultEvent[], string[], Active[]] = [[], [], []]
      const session = createSession(key, store, isPerTab, {
        emit: (event) => events.push(event),
        changed: () => changes.push('changed'),
        ended: (one) => ended.push(one),
        note: createNotes().note,
      })
      sessions.push(session)
      return { session, events, changes, ended }
    })
    for (const session of sessions) session.close()
  },
})

/** A store that fails while `state.isBroken` is set, and its records. */
export function breakable() {
  const store = mapStore()
  const state = { isBroken: false }
  const failing = <T>(work: () => Promise<T>): Promise<T> =>
    state.isBroken ? Promise.reject(new AuthError('storage')) : work()
  const broken: Store = {
    get: (key) => failing(() => store.get(key)),
    update: (key, fn) => failing(() => store.update(key, fn)),
  }
  return { store: broken, state, records: store.records }
}

export const shows = ({ session }: Opened): string => session.snapshot().status
export const write = (session: SessionStore, record: SessionRecord): Promise<unknown> =>
  session.change(() => record)
