import type { Store } from '../options.js'

function read(key: string): unknown {
  const text = sessionStorage.getItem(key) ?? ''
  try {
    return JSON.parse(text)
  } catch {
    // Nothing is there, or something else than a record: a sign-in may write over it.
    return undefined
  }
}

/** Records in the tab's `sessionStorage`. An update is atomic, as it reads and writes in one turn. */
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
