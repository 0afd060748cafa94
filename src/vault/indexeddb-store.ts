import { createStore, type UseStore } from 'idb-keyval'
import { asAuthError, AuthError, isAuthError } from '../errors.js'
import { withTimeout } from '../lib/timeout.js'
import type { Store } from '../options.js'

// A database that another tab is deleting never opens, and never fails (measured): no call waits longer.
const deadline = 2000

const database = 'pixy-auth'

/** Whether the database may exist. A browser that does not say so at once is not waited for. */
export async function mayExist(): Promise<boolean> {
  try {
    const all = await withTimeout(100, indexedDB.databases())
    return JSON.stringify(all).includes(database)
  } catch {
    return true
  }
}

type Work<T> = (store: IDBObjectStore, done: (value: T) => void) => void

/** Do some work in a transaction. */
type Run = <T>(mode: IDBTransactionMode, work: Work<T>) => Promise<T>

/** Records in IndexedDB, shared by every tab of the origin. */
export function indexedDbStore(): Store {
  let db: UseStore | undefined
  let name = database
  // Below zero while it answers in time; the first time that it is late is forgiven.
  let stuckUntil = -1

  const attempt: Run = async <T>(mode: IDBTransactionMode, work: Work<T>) => {
    const late = new AuthError(mode === 'readonly' ? 'timeout' : 'storage')
    let abort: (() => void) | undefined
    let isLate = false
    let isCommitting = false
    // It did not answer twice, a moment ago: do not wait for it again.
    if (performance.now() < stuckUntil) throw late
    db ??= createStore(name, 'keyval')
    const done = db(
      mode,
      (store) =>
        new Promise<T>((resolve, reject) => {
          const { transaction } = store
          // Whatever deletes the site's data need not wait for this connection.
          transaction.db.onversionchange = () => transaction.db.close()
          transaction.onabort = reject
          abort = () => transaction.abort()
          // It opened after all, but the caller has given up: nothing may be written now.
          if (isLate) abort()
          else work(store, resolve)
        }),
    )
    const inTime = withTimeout(deadline, done, () => {
      isLate = true
      // A write that is slow is no sign that nothing is answered.
      if (!abort || mode === 'readonly')
        stuckUntil = performance.now() + (stuckUntil < 0 ? 0 : 10_000)
      try {
        abort?.()
      } catch {
        isCommitting = mode === 'readwrite'
      }
    })
    const answer = inTime.catch((error: unknown) => {
      if (!isLate) throw error
      if (!isCommitting) throw late
      return withTimeout(deadline, done)
    })
    const value = await answer
    stuckUntil = -1
    return value
  }

  // A connection dies on sleep: open it once more. A call that was late is not tried again.
  const run: Run = (mode, work) =>
    attempt(mode, work).catch((error: unknown) => {
      db = undefined
      if (isAuthError(error)) throw error
      // A database of that name is there without our object store.
      if ((error as Error | null)?.name === 'NotFoundError') name += '+'
      return attempt(mode, work)
    })

  return storeOf(run)
}

function storeOf(run: Run): Store {
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
          else if (after !== request.result) store.put(after, key)
          store.transaction.oncomplete = () => done([request.result, after])
        }
      }),
  }
}

/**
 * The same store. Every failure is an `AuthError`: `timeout` for a read without an answer in time, as
 * the store may not be empty, and for a write that may come through later; else `storage`.
 *
 * @param isBounded whether it has a deadline of its own
 */
export function guarded(store: Store, isBounded = false): Store {
  const call = <T>(work: () => Promise<T>): Promise<T> => {
    // In the turn of the call; and within a promise, as some stores throw at once.
    const answer = (async () => work())()
    return (isBounded ? answer : withTimeout(deadline, answer)).catch((error: unknown) => {
      throw asAuthError(error)
    })
  }
  return {
    get: (key) => call(() => store.get(key)),
    update: (key, fn) => call(() => store.update(key, fn)),
  }
}
