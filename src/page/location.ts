import type { PageConfig } from '../config.js'
import { readState, stateIn } from '../lib/state-param.js'

/** Takes the app's router to a place on this page's own origin. */
export type Navigate = (url: URL) => unknown

// The router that the app gave after its client was made.
let router: Navigate | undefined

export const routerOfPage = (): Navigate | undefined => router

/**
 * Set the page's router for its clients, if it exists only inside a component. A client's own `navigate` option
 * takes precedence.
 *
 * @returns a function that undoes this
 */
export function setNavigate(navigate: Navigate): () => void {
  router = navigate
  return () => {
    if (router === navigate) router = undefined
  }
}

export const replaceAddress = (href: string): void => history.replaceState(history.state, '', href)

/** A callback URL without the answer: the redirect URI, but with the path that the answer came to. */
export function withoutAnswer(href: string, { redirectUri }: PageConfig): string {
  const url = new URL(redirectUri)
  url.pathname = new URL(href).pathname
  return url.href
}

const isSignIn = (href = ''): boolean =>
  (readState(stateIn(href))?.purpose ?? 'sign-out') !== 'sign-out'

/**
 * Take a callback of this library out of the address bar at once, so that no address, `Referer` or history
 * entry has the code after this call. Whether it belongs to this client is checked later.
 *
 * The browser remembers the URL by which the page was loaded. A client that starts later finds the callback
 * there, even if another client or a router has changed the address since.
 *
 * @returns a URL that may be a callback of this client, or an address with an `error` parameter
 */
export function takeCallback(config: PageConfig): string | undefined {
  const { href } = location
  // jsdom has no such function.
  const entry = performance.getEntriesByType?.('navigation')[0]
  const found = [href, entry?.name].find(isSignIn)
  if (found === href) replaceAddress(withoutAnswer(href, config))
  stripSignOut(href)
  return found ?? (/[?&]error=/.test(href) ? href : undefined)
}

/** The server sends the browser back from a sign-out with a `state`, which has no use: remove it. */
function stripSignOut(href: string): void {
  const state = stateIn(href)
  const url = new URL(href)
  url.searchParams.delete('state', state)
  if (readState(state)?.purpose === 'sign-out') replaceAddress(url.href)
}
