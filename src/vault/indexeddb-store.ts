import { createStore, type UseStore } from 'idb-keyval'
import { asAuthError, AuthError, isAuthError } from '../errors.js'
import { withTimeout } from '../lib/timeout.js'
import type { Store } from '../options.js'

// While another tab deletes a database, it cannot be opened, and no error comes (measured). So no call waits
// longer than this, in milliseconds.
const deadline = 2000

const database = 'pixy-auth'

/** Whether the database may exist. If the browser does not say so within 100 ms, it may. */
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
  // Below zero while the database answers in time. A first late answer changes nothing; after a second one in a
  // row, calls fail at once until this moment.
  let stuckUntil = -1

  const attempt: Run = async <T>(mode: IDBTransactionMode, work: Work<T>) => {
    const late = new AuthError(mode === 'readonly' ? 'timeout' : 'storage')
    let abort: (() => void) | undefined
    let isLate = false
    let isCommitting = false
    // The database did not answer twice, a moment ago: do not wait for it again.
    if (performance.now() < stuckUntil) throw late
    db ??= createStore(name, 'keyval')
    const done = db(
      mode,
      (store) =>
        new Promise<T>((resolve, reject) => {
          const { transaction } = store
          // Close at once if another tab or the browser deletes the data of this site: it would wait for this
          // connection.
          transaction.db.onversionchange = () => transaction.db.close()
          transaction.onabort = reject
          abort = () => transaction.abort()
          // The database opened after all, but the caller has given up: nothing may be written now.
          if (isLate) abort()
          else work(store, resolve)
        }),
    )
    const inTime = withTimeout(deadline, done, () => {
      isLate = true
      // A transaction that writes slowly does not mean that the database is stuck.
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

  // A connection may die while the device sleeps: open the database once more. A call that was late is not
  // repeated.
  const run: Run = (mode, work) =>
    attempt(mode, work).catch((error: unknown) => {
      db = undefined
      if (isAuthError(error)) throw error
      // A database of that name exists, but without our object store: use another name.
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
        // If `fn` throws, the browser aborts the transaction, as the specification says.
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
 * The same store, but every failure is an `AuthError`: `timeout` for a read that was not answered in time, as
 * the store may not be empty, and for a write that may still be done later; otherwise `storage`.
 *
 * @param isBounded whether the store has a deadline of its own
 */
export function guarded(store: Store, isBounded = false): Store {
  const call = <T>(work: () => Promise<T>): Promise<T> => {
    // Called at once, without an `await`; and within an async function, as some stores throw instead of
    // rejecting.
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
