import { asAuthError, AuthError } from '../errors.js'
import type { Store } from '../options.js'
import { isNewer, readRecord, type SessionRecord } from './record.js'

/** A change of the record; `undefined` changes nothing. */
export type Change = (record: SessionRecord | undefined) => SessionRecord | undefined

/** The record as it is stored: read whole, changed in one atomic step. */
export interface StoredSession {
  read(): Promise<SessionRecord | undefined>
  /** Resolves to the record afterwards. */
  change(fn: Change): Promise<SessionRecord | undefined>
  /** Change the record in the shared store, though this tab keeps the session elsewhere. */
  changeShared(fn: Change): Promise<SessionRecord | undefined>
  /**
   * Change the record wherever there is one: in this tab's store, and in the shared store, which may
   * have failed this tab earlier and still hold what it had.
   *
   * @param removesUnknown whether to remove what is there and is no record: only a sign-out does
   */
  changeAll(fn: Change, removesUnknown: boolean): Promise<void>
  /** Keep the record in a store of this tab's own from now on; without one, in the shared store. */
  useStore(store?: Store): void
  isShared(): boolean
}

/** A record that a newer version has taken over is of no use to this tab: its store has failed. */
function read(stored: unknown): SessionRecord | undefined {
  if (isNewer(stored)) throw new AuthError('storage')
  return readRecord(stored)
}

/**
 * @param name of the record
 * @param adopt told what this tab's store holds after a change
 * @param onChanged told that some store holds another record than before
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
      // What a newer version wrote stays.
      const next = isNewer(stored) ? undefined : fn(record)
      return next ?? (removesUnknown && !record ? undefined : stored)
    })
    const [before, after] = await update.catch((error: unknown) => {
      // It may come through later, and then this tab does not know.
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
