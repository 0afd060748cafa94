import type { VaultConfig } from '../config.js'
import type { VaultEvent } from '../door.js'
import type { Store } from '../options.js'
import type { DPoP } from './calls/proof.js'
import type { isSigned } from './optional/signature.js'
import type { Refresh } from './refresh/refresh.js'
import { createSession, type SessionStore } from './session.js'
import { guarded, indexedDbStore, memoryStore } from './store.js'

/** What a vault needs to restore a session and to end it. */
export interface SessionContext {
  readonly config: VaultConfig
  readonly session: SessionStore
  /** The store that every tab sees, for what must outlive a redirect. */
  readonly sharedStore: Store
  /** The tab's own store. */
  readonly tabStore: Store
  /** The key of the first resource's token. */
  readonly defaultTokenKey: string
}

/** What the parts of a vault share. The functions load a chunk on first use. */
export interface VaultContext extends SessionContext {
  refresh(): Promise<Refresh>
  dpop(): Promise<DPoP>
  signature(): Promise<typeof isSigned>
}

/**
 * @param lentStore the tab's `sessionStorage`, which only a page can give
 * @param emit told of every change of the session
 */
export function createContext(
  config: VaultConfig,
  lentStore: Store,
  emit: (event: VaultEvent) => void,
): SessionContext {
  const { key, store, resources } = config
  const sharedStore = guarded(indexedDbStore())
  const tabStore = guarded(lentStore)
  const home =
    typeof store === 'object'
      ? guarded(store)
      : { indexeddb: sharedStore, session: tabStore, memory: memoryStore() }[store]
  const isPerTab = store === 'session' || store === 'memory'
  const session = createSession(key, home, isPerTab, emit)
  return { config, session, sharedStore, tabStore, defaultTokenKey: resources[0]?.key ?? '' }
}
