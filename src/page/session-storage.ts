import type { Store } from '../options.js'

function read(key: string): unknown {
  const text = sessionStorage.getItem(key) ?? ''
  try {
    return JSON.parse(text)
  } catch {
    // There is nothing, or something that is not JSON: a sign-in may overwrite it.
    return undefined
  }
}

/** Records in the tab's `sessionStorage`. An update is atomic, as it reads and writes without an `await`. */
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
