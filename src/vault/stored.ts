import { asAuthError, AuthError } from '../errors.js'
import type { Store } from '../options.js'
import { isNewer, readRecord, type SessionRecord } from './record.js'

/** A change of the record. It returns the new record, or `undefined` to change nothing. */
export type Change = (record: SessionRecord | undefined) => SessionRecord | undefined

/** The record as it is stored: read whole, changed in one atomic step. */
export interface StoredSession {
  read(): Promise<SessionRecord | undefined>
  /** Resolves to the record afterwards. */
  change(fn: Change): Promise<SessionRecord | undefined>
  /** Change the record in the shared store, though this tab keeps the session elsewhere. */
  changeShared(fn: Change): Promise<SessionRecord | undefined>
  /**
   * Change the record in this tab's store, and also in the shared store if that is another: it may have failed
   * earlier in this tab, and still hold an older record.
   *
   * @param removesUnknown whether to remove a stored value that is no record: only a sign-out does
   */
  changeAll(fn: Change, removesUnknown: boolean): Promise<void>
  /** Keep the record in this store, which is of this tab only, from now on; without one, in the shared store. */
  useStore(store?: Store): void
  isShared(): boolean
}

/**
 * If a newer version of the library has replaced the record, this tab cannot use it: that counts as a failure
 * of the store.
 */
function read(stored: unknown): SessionRecord | undefined {
  if (isNewer(stored)) throw new AuthError('storage')
  return readRecord(stored)
}

/**
 * @param name the name of the record in the store
 * @param adopt called with the record in this tab's store after a change
 * @param onChanged called when a store holds another record than before
 */
export function createStored(
  name: string,
  sharedStore: Store,
  adopt: (record: SessionRecord | undefined) => void,
  onChanged: () => void,
): StoredSession {
  let store = sharedStore

  async function changeIn(
    place: Store,
    fn: Change,
    removesUnknown = false,
  ): Promise<SessionRecord | undefined> {
    const update = place.update(name, (stored) => {
      const record = readRecord(stored)
      // A record that a newer version of the library wrote is kept.
      const next = isNewer(stored) ? undefined : fn(record)
      return next ?? (removesUnknown && !record ? undefined : stored)
    })
    const [before, after] = await update.catch((error: unknown) => {
      // The write may still be done later, and this tab would not notice: tell the other tabs now.
      if (asAuthError(error).code === 'timeout') onChanged()
      throw error
    })
    const record = read(after)
    if (place === store) adopt(record)
    if (record?.version !== readRecord(before)?.version) onChanged()
    return record
  }

  return {
    read: async () => read(await store.get(name)),
    change: (fn) => changeIn(store, fn),
    changeShared: (fn) => changeIn(sharedStore, fn),
    async changeAll(fn, removesUnknown) {
      await changeIn(store, fn, removesUnknown)
      if (store !== sharedStore) await changeIn(sharedStore, fn, removesUnknown)
    },
    useStore: (next = sharedStore) => void (store = next),
    isShared: () => store === sharedStore,
  }
}
