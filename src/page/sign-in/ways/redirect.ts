import { AuthError } from '../../../errors.js'

/** How the user gets from this page to the authorize URL. */
export interface Way {
  /**
   * Go there.
   *
   * @returns the callback URL, where this page is still here to see it
   * @throws AuthError `aborted` by the signal, or where the page comes back to life (bfcache)
   */
  go(url: Promise<string>, signal: AbortSignal | undefined): Promise<never>
}

/** Leave for a URL. Stays pending while the page goes; rejects with `aborted` if it comes back (bfcache). */
export function leaveFor(url: string): Promise<never> {
  return new Promise((_, reject) => {
    // While the page goes, no other `pageshow` comes than that of coming back.
    addEventListener('pageshow', (event) => event.persisted && reject(new AuthError('aborted')))
    location.assign(url)
  })
}

/** The redirect of the whole page. @see [RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1) */
export const redirect: Way = {
  async go(url, signal) {
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener('abort', () => reject(new AuthError('aborted')))
    })
    return Promise.race([leaveFor(await Promise.race([url, aborted])), aborted])
  },
}
