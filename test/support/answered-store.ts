import type { Store } from '../../src/options.js'
import { mapStore } from './vault.js'

/** What is stored of a session, as far as tests look at it. */
export interface StoredSession {
  id: string
  version: number
  refreshToken?: string
  tokens: Readonly<Record<string, object | undefined>>
  lease?: object
  ended?: string
}

/** A store whose calls for the session a test may answer by itself, by other functions in `by`. */
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
    /** Change what is stored, as another tab does. */
    edit(members: Partial<StoredSession>) {
      const [key, record] = entry() ?? []
      if (key) inner.records.set(key, { ...record, ...members })
    },
    /** From now on it answers again. */
    heal: () => void Object.assign(by, { get: inner.get, update: inner.update }),
  }
}

export const never = new Promise<never>(() => {})

/** As a store that is broken answers. */
export const fails = async (): Promise<never> => {
  throw new Error('No room.')
}
