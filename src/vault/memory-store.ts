import type { Store } from '../options.js'

/** Records in memory only: of this tab, or of a server's process. */
export function memoryStore(): Store {
  const records = new Map<string, unknown>()
  return {
    get: async (key) => structuredClone(records.get(key)),
    async update(key, fn) {
      const before = records.get(key)
      const after = fn(structuredClone(before))
      records.set(key, structuredClone(after))
      return [before, after]
    },
  }
}
