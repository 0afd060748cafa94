import { AuthError } from '../errors.js'
import { withTimeout } from '../lib/timeout.js'

/**
 * A store that all processes of a backend share: a Keyv, or anything with its methods. A `get` must see every earlier
 * `set`, of any process.
 */
export interface BackendStore {
  /** The entry, or `undefined`; or a promise of it. */
  get(key: string): unknown
  /** Keep an entry. @param ttl milliseconds, after which it is gone */
  set(key: string, value: string, ttl: number): unknown
  /** Forget an entry. */
  delete(key: string): unknown
  /**
   * Set an entry only if it does not exist, in one atomic step, as `SET … NX` of Redis does. Without this method a
   * refresh takes half a second longer.
   *
   * @returns whether it was set
   */
  add?: ((key: string, value: string, ttl: number) => Promise<boolean> | boolean) | undefined
}

/** The store for text values. Each kind of entry has its own keys. */
export interface Entries {
  get(kind: Kind, name: string): Promise<string | undefined>
  set(kind: Kind, name: string, value: string, ttl: number): Promise<void>
  delete(kind: Kind, name: string): Promise<void>
  /** Whether it was set; `undefined` where the store has no `add`. */
  add(kind: Kind, name: string, value: string, ttl: number): Promise<boolean> | undefined
}

type Kind = 'session' | 'ended' | 'logout' | 'turn' | 'once'

/**
 * @param prefix of all keys: the name of the cookies, so that two backends can share a store
 * @param timeout milliseconds
 */
export function entriesOf(store: BackendStore, prefix: string, timeout: number): Entries {
  const ask = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const asked = Promise.resolve().then(work)
    // The error of a store may contain its password, so it is dropped. A Keyv returns `false` if it could not write.
    const answer = await withTimeout(timeout, asked).catch(() => false)
    if (answer !== false) return answer as T
    throw new AuthError('server_error', 'The store of the backend does not answer.')
  }
  const key = (kind: Kind, name: string): string => `${prefix}:${kind}:${name}`
  return {
    async get(kind, name) {
      const value = await ask(() => store.get(key(kind, name)))
      return typeof value === 'string' ? value : undefined
    },
    set: async (kind, name, value, ttl) =>
      void (await ask(() => store.set(key(kind, name), value, Math.ceil(ttl)))),
    // A Keyv also returns `false` if there was no such entry, which is no failure.
    delete: async (kind, name) => ask(async () => void (await store.delete(key(kind, name)))),
    add(kind, name, value, ttl) {
      const { add } = store
      if (!add) return undefined
      return ask(async () => Number(await add.call(store, key(kind, name), value, ttl))).then(
        Boolean,
      )
    },
  }
}
