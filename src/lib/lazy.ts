import { AuthError } from '../errors.js'

/**
 * Load a chunk on first use. A chunk that could not be loaded is asked for again at the next use: a
 * redeploy may have removed it, or the network may be down, and neither says anything about the session.
 * Firefox does not ask again: only a new page can. While the device is offline nothing is known of that.
 *
 * @param name of the chunk, for the error
 * @param load gives the chunk, or one thing that is made of it
 * @returns a function that rejects with `network` where the chunk cannot be loaded, then with `unsupported`
 */
export function lazy<T>(name: string, load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | undefined
  let failures = 0
  return () =>
    (loaded ??= load().catch(() => {
      loaded = undefined
      const isOffline = globalThis.navigator?.onLine === false
      throw new AuthError(
        isOffline || !failures++ ? 'network' : 'unsupported',
        `The file "${name}" of this app could not be loaded. Reload the page.`,
      )
    }))
}

/** Make an object on first use, and give the same one from then on. What throws is tried again. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
