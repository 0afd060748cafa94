import type { PageConfig } from '../config.js'
import { readAnswer, readState } from '../lib/state-param.js'

/** Takes the app's router to a place on this page's own origin. */
export type Navigate = (url: URL) => void

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

// The callback URL that one client of the page took out of the address bar, until the client that
// it belongs to is known: other clients that start meanwhile must see it too.
let taken: string | undefined

/** The client that the callback belongs to has it, or every client has seen it. */
export function settleCallback(): void {
  taken = undefined
}

export const replaceAddress = (href: string): void => history.replaceState(history.state, '', href)

/** The server's answer, if the URL is the redirect URI. Otherwise empty. */
export function answerAt(href: string, { redirectUri }: PageConfig): URLSearchParams {
  const [here, there] = [new URL(href), new URL(redirectUri)]
  const isCallback = here.origin === there.origin && here.pathname === there.pathname
  return isCallback ? readAnswer(href) : new URLSearchParams()
}

/**
 * Take a callback of this library out of the address bar at once, so that no address, `Referer` or
 * history entry has the code after this call. Which client it belongs to is found out later.
 *
 * @returns a URL that may be a callback of this client: the one taken, or an address that names an
 *   error but has no `state`
 */
export function takeCallback(config: PageConfig): string | undefined {
  const { href } = location
  const answer = answerAt(href, config)
  const state = answer.get('state')
  if (isSignIn(state)) {
    taken = href
    replaceAddress(config.redirectUri)
  } else if (!stripSignOut(href) && state === null && answer.has('error')) return href
  return taken && answerAt(taken, config).has('state') ? taken : undefined
}

const isSignIn = (state: string | null): boolean =>
  /^(redirect|link)$/.test(readState(state)?.purpose ?? '')

/** A finished sign-out leaves its `state`, on whatever page; nothing waits for it. */
function stripSignOut(href: string): boolean {
  const url = new URL(href)
  const isSignOut = readState(url.searchParams.get('state'))?.purpose === 'sign-out'
  url.searchParams.delete('state')
  if (isSignOut) replaceAddress(url.href)
  return isSignOut
}
