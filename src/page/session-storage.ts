import type { Store } from '../config.js'

function read(key: string): unknown {
  const text = sessionStorage.getItem(key) ?? ''
  try {
    return JSON.parse(text)
  } catch {
    // Nothing there, or nothing of ours: a sign-in may write over it.
    return undefined
  }
}

/** Records in the tab's own `sessionStorage`. Reading and writing happen in one turn, so an update is atomic. */
export function sessionStore(): Store {
  return {
    get: async (key) => read(key),
    async update(key, fn) {
      const before = read(key)
      const after = fn(before)
      if (after === undefined) sessionStorage.removeItem(key)
      else sessionStorage.setItem(key, JSON.stringify(after))
      return [before, after]
    },
  }
}
