import { AuthError } from '../errors.js'

/**
 * Load a chunk on first use. If it could not be loaded, the next use tries again: a redeploy may have removed
 * it, or the network may be down, and neither says anything about the session. Firefox does not request such a
 * file again until the page is reloaded, so the second failure is `unsupported`. A failure while the device is
 * offline does not count.
 *
 * @param name of the chunk, for the error
 * @param load gives the chunk, or one thing that is made of it
 * @returns a function that rejects with `network` if the chunk cannot be loaded, and from the second time on
 *   with `unsupported`
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

/** Make an object on first use, and give the same one from then on. If `make` throws, the next use tries again. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
