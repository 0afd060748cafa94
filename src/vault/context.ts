import type { VaultConfig } from '../config.js'
import type { AuthorizationServer, Store } from '../options.js'
import { createNotes, type Notes } from './notes.js'
import type { Active, ProofKey, Token } from './record.js'
import { createSession, type SessionEvents, type SessionStore } from './session.js'
import { memoryStore } from './memory-store.js'
import { guarded, indexedDbStore } from './indexeddb-store.js'

/** What a vault needs to restore a session and to end it. */
export interface SessionContext {
  readonly config: VaultConfig
  readonly session: SessionStore
  /** The store that every tab sees, for what must outlive a redirect. */
  readonly sharedStore: Store
  /** The tab's own store. */
  readonly tabStore: Store
  readonly notes: Notes
  /** The key of the first resource's token. */
  readonly defaultTokenKey: string
}

/** The request that a proof is for. */
export interface ProofTarget {
  readonly method: string
  readonly url: string
  /** The token it carries. */
  readonly token?: Token | undefined
  /** Whether its body can be sent only once. */
  readonly isOneTime?: boolean
}

/** Sends the request with this proof. */
export type SendWithProof = (proof: string) => Promise<Response>

/** Proofs of possession. @see [RFC 9449 §4](https://www.rfc-editor.org/rfc/rfc9449#section-4) */
export interface DPoP {
  /** A new key, of an algorithm that the server accepts. @throws AuthError `unsupported` if there is none */
  createKey(offered: unknown): Promise<ProofKey>
  /**
   * The thumbprint of a key. The authorization request names it, so that the server binds the code to the key.
   *
   * @see [RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)
   */
  thumbprint(key: ProofKey): Promise<string>
  /**
   * Send a request with a proof. If the server wants a nonce, or refuses the time of the proof, send the
   * request once more for each of the two.
   *
   * @throws AuthError `key_lost`, and then the session has ended; `cors` if CORS hides the nonce
   */
  send(key: ProofKey | undefined, target: ProofTarget, send: SendWithProof): Promise<Response>
  forgetNonces(): void
}

/**
 * Renew a token.
 *
 * @param key of the token
 * @param unfit the value of a token that must be replaced though it has not expired
 * @param isForced whether a 401 is the reason
 * @throws AuthError why it failed
 */
export type Refresh = (key: string, unfit?: string, isForced?: boolean) => Promise<void>

/** Whether the server signed this JWT. */
export type IsSigned = (
  context: Pick<SessionContext, 'config' | 'notes'>,
  server: AuthorizationServer,
  jwt: string,
) => Promise<boolean>

/** What a client that keeps a secret adds to a form that it posts to the server. */
export interface ClientAuthentication {
  readonly form: URLSearchParams
  readonly headers: Readonly<Record<string, string>>
  /** Values that no error may contain. */
  readonly secrets: readonly string[]
}

/** What the parts of a vault share. The functions load a chunk on first use. */
export interface VaultContext extends SessionContext {
  /**
   * How a client that keeps a secret shows that it is the client: a backend does, a page cannot.
   *
   * @see [RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3)
   */
  readonly authenticate?: ((form: URLSearchParams) => Promise<ClientAuthentication>) | undefined
  refresh(): Promise<Refresh>
  dpop(): Promise<DPoP>
  signature(): Promise<IsSigned>
}

/** What is needed to make an authorization request. */
export interface RequestContext extends Pick<
  VaultContext,
  'config' | 'notes' | 'sharedStore' | 'defaultTokenKey' | 'dpop' | 'authenticate'
> {
  readonly session: { active(): Pick<Active, 'idToken' | 'session'> | undefined }
}

/**
 * @param lentStore the tab's `sessionStorage`, which only a page can give
 */
export function createContext(
  config: VaultConfig,
  lentStore: Store,
  events: Omit<SessionEvents, 'note'>,
): SessionContext {
  const { key, store, resources } = config
  const sharedStore = guarded(indexedDbStore(), true)
  const tabStore = guarded(lentStore)
  const home =
    typeof store === 'object'
      ? guarded(store)
      : { indexeddb: sharedStore, session: tabStore, memory: memoryStore() }[store]
  const isPerTab = store === 'session' || store === 'memory'
  const notes = createNotes()
  const session = createSession(key, home, isPerTab, { ...events, note: notes.note })
  return { config, session, notes, sharedStore, tabStore, defaultTokenKey: resources[0]?.key ?? '' }
}
