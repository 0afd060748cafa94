import type { PageConfig } from '../config.js'
import { readState, stateIn } from '../lib/state-param.js'

/** Takes the app's router to a place on this page's own origin. */
export type Navigate = (url: URL) => unknown

// The router that the app gave after its client was made.
let router: Navigate | undefined

export const routerOfPage = (): Navigate | undefined => router

/**
 * Give the page's router to its clients, where it exists inside a component only. A client's own
 * `navigate` option goes before it.
 *
 * @returns the undo
 */
export function setNavigate(navigate: Navigate): () => void {
  router = navigate
  return () => {
    if (router === navigate) router = undefined
  }
}

export const replaceAddress = (href: string): void => history.replaceState(history.state, '', href)

/** A callback URL without the answer: the redirect URI, at the path where the answer came. */
export function withoutAnswer(href: string, { redirectUri }: PageConfig): string {
  const url = new URL(redirectUri)
  url.pathname = new URL(href).pathname
  return url.href
}

const isSignIn = (href = ''): boolean =>
  (readState(stateIn(href))?.purpose ?? 'sign-out') !== 'sign-out'

/**
 * Take a callback of this library out of the address bar at once, so that no address, `Referer` or
 * history entry has the code after this call. Which client it belongs to is found out later.
 *
 * The browser remembers by which URL the page came, whatever became of the address: a client that
 * starts later finds the callback there, be it that another client took it or that a router moved on.
 *
 * @returns a URL that may be a callback of this client, or an address that names an error
 */
export function takeCallback(config: PageConfig): string | undefined {
  const { href } = location
  // Absent in jsdom.
  const entry = performance.getEntriesByType?.('navigation')[0]
  const found = [href, entry?.name].find(isSignIn)
  if (found === href) replaceAddress(withoutAnswer(href, config))
  stripSignOut(href)
  return found ?? (/[?&]error=/.test(href) ? href : undefined)
}

/** A finished sign-out leaves its `state`, on whatever page; nothing waits for it. */
function stripSignOut(href: string): void {
  const state = stateIn(href)
  const url = new URL(href)
  url.searchParams.delete('state', state)
  if (readState(state)?.purpose === 'sign-out') replaceAddress(url.href)
}
