import type { Auth } from './api.js'
import type { SignInOptions } from './options.js'

/**
 * Make a link that signs in: its URL is prepared ahead, so that the click waits for no script, and a middle
 * click opens the server in a new tab. The URL is made again before it expires. If there can be no URL, as at a
 * server that requires PAR, a click calls `signIn()`.
 *
 * @param link an `<a>` of the page; its `href` is set
 * @param auth what `createAuth` returned
 * @param options as for `signInUrl`
 * @returns a function that undoes this
 */
export function signInLink(
  link: HTMLAnchorElement,
  auth: Auth,
  options?: SignInOptions,
): () => void {
  const over = new AbortController()
  const { signal } = over
  import('./page/optional/link.js').then(
    ({ keepLink }) => keepLink(link, auth, options, signal),
    // The file could not be loaded, but a click must still sign in.
    () => link.addEventListener('click', () => void auth.signIn(options), { signal }),
  )
  return () => over.abort()
}
