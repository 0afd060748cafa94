import type { Store } from '../../src/options.js'
import { mapStore } from './vault.js'

/** The part of a stored session that tests read. */
export interface StoredSession {
  id: string
  version: number
  refreshToken?: string
  tokens: Readonly<Record<string, object | undefined>>
  lease?: object
  ended?: string
}

/** A store in which a test can answer the calls for the session itself, by replacing the functions in `by`. */
export function answeredStore() {
  const inner = mapStore()
  const by: Store = { get: inner.get, update: inner.update }
  const places = (key: string): Store => (key.includes(':session:') ? by : inner)
  const store: Store = {
    get: (key) => places(key).get(key),
    update: (key, fn) => places(key).update(key, fn),
  }
  const entry = (): [string, StoredSession] | undefined =>
    [...inner.records].find(([key]) => key.includes(':session:')) as [string, StoredSession]
  return {
    store,
    inner,
    by,
    session: () => entry()?.[1],
    /** Change the stored session, as another tab does. */
    edit(members: Partial<StoredSession>) {
      const [key, record] = entry() ?? []
      if (key) inner.records.set(key, { ...record, ...members })
    },
    /** From now on the store itself answers again. */
    heal: () => void Object.assign(by, { get: inner.get, update: inner.update }),
  }
}

export const never = new Promise<never>(() => {})

/** The answer of a broken store. */
export const fails = async (): Promise<never> => {
  throw new Error('No room.')
}
