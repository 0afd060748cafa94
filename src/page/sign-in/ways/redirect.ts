import { AuthError } from '../../../errors.js'

/** Rejects with `aborted` by the signal. */
export const aborting = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    const abort = (): void => reject(new AuthError('aborted'))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
  })

/** Leave for a URL. Stays pending while the page goes; rejects with `aborted` if it comes back (bfcache). */
export function leaveFor(url: string): Promise<never> {
  return new Promise((_, reject) => {
    // The page is being left, so the next `pageshow` means that the browser took it from its cache.
    addEventListener('pageshow', (event) => event.persisted && reject(new AuthError('aborted')))
    location.assign(url)
  })
}

/**
 * The redirect of the whole page.
 *
 * @throws AuthError `aborted` by the signal, or where the page comes back to life (bfcache)
 * @see [RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1)
 */
export async function redirect(
  url: Promise<string>,
  signal: AbortSignal | undefined,
): Promise<never> {
  const aborted = aborting(signal)
  return Promise.race([leaveFor(await Promise.race([url, aborted])), aborted])
}
