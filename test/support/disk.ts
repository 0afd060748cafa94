import type { Store } from '../../src/options.js'
import { mapStore } from './vault.js'

/** A store. While it is full, the vault that has it cannot write; tests write by `others`, as other tabs do. */
export function disk() {
  const others = mapStore()
  let isFull = false
  let offered = (): void => {}
  const store: Store = {
    get: others.get,
    async update(key, fn) {
      if (isFull) throw new Error('No room.')
      const written = await others.update(key, fn)
      offered()
      return written
    },
  }
  const [name, records] = [':session:', others.records]
  return {
    store,
    others,
    fill: () => void (isFull = true),
    /** Make room, and wait until something is written. */
    empty: () => {
      isFull = false
      return new Promise<void>((resolve) => (offered = resolve))
    },
    session: () =>
      [...records].find(([key]) => key.includes(name))?.[1] as
        { id: string; user: { sub: string }; refreshToken: string; ended?: string } | undefined,
    /** Change the record as if another tab had renewed the tokens. */
    rotate() {
      for (const [key, record] of records)
        if (key.includes(name))
          records.set(key, { ...(record as object), refreshToken: 'later', version: 9 })
    },
  }
}
