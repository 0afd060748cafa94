import { createStore, type UseStore } from 'idb-keyval'
import { AuthError, isAuthError, type AuthErrorCode } from '../errors.js'
import { withTimeout } from '../lib/timeout.js'
import type { Store } from '../options.js'

// A database that another tab is deleting never opens, and never fails (measured): no call waits longer.
const deadline = 2000

/** Records in this tab's memory only. */
export function memoryStore(): Store {
  const records = new Map<string, unknown>()
  return {
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

/** Records in IndexedDB, shared by every tab of the origin. */
export function indexedDbStore(): Store {
  let db: UseStore | undefined
  let database = 'pixy-auth'
  // Below zero while it opens in time; the first time that it is late is forgiven.
  let stuckUntil = -1

  async function attempt<T>(
    mode: IDBTransactionMode,
    work: (store: IDBObjectStore, done: (value: T) => void) => void,
  ): Promise<T> {
    let abort: (() => void) | undefined
    let isLate = false
    // It did not open twice, a moment ago: do not wait for it again.
    if (performance.now() < stuckUntil) throw new AuthError('timeout')
    db ??= createStore(database, 'keyval')
    const done = db(
      mode,
      (store) =>
        new Promise<T>((resolve, reject) => {
          const { transaction } = store
          // Whatever deletes the site's data need not wait for this connection.
          transaction.db.onversionchange = () => transaction.db.close()
          stuckUntil = -1
          transaction.onabort = reject
          abort = () => transaction.abort()
          // It opened after all, but the caller has given up: nothing may be written now.
          if (isLate) abort()
          else work(store, resolve)
        }),
    )
    return withTimeout(deadline, done, () => {
      isLate = true
      stuckUntil = performance.now() + (stuckUntil < 0 ? 0 : 10_000)
      try {
        abort?.()
      } catch {
        // It was complete already.
      }
    })
  }

  // A connection dies on sleep: open it once more. A call that was late is not tried again.
  const run: typeof attempt = (mode, work) =>
    attempt(mode, work).catch((error: unknown) => {
      db = undefined
      if (isAuthError(error)) throw error
      // A database of that name is there without our object store.
      if ((error as Error | null)?.name === 'NotFoundError') database += '+'
      return attempt(mode, work)
    })

  return {
    get: (key) =>
      run('readonly', (store, done) => {
        const request = store.get(key)
        request.onsuccess = () => done(request.result)
      }),
    update: (key, fn) =>
      run('readwrite', (store, done) => {
        const request = store.get(key)
        // What `fn` throws aborts the transaction, as the specification has it.
        request.onsuccess = () => {
          const after = fn(request.result)
          if (after === undefined) store.delete(key)
          else store.put(after, key)
          store.transaction.oncomplete = () => done([request.result, after])
        }
      }),
  }
}

/**
 * The same store, with a deadline on every call. Every failure is an `AuthError` of code `storage`; but
 * a read that had no answer in time rejects with `timeout`, as the store may not be empty.
 */
export function guarded(store: Store): Store {
  const call = <T>(work: () => Promise<T>, late: AuthErrorCode = 'storage'): Promise<T> =>
    // Within a promise, as some stores throw at once.
    withTimeout(deadline, Promise.resolve().then(work)).catch((error: unknown) => {
      throw new AuthError(isAuthError(error) && error.code === 'timeout' ? late : 'storage')
    })
  return {
    get: (key) => call(() => store.get(key), 'timeout'),
    update: (key, fn) => call(() => store.update(key, fn)),
  }
}
