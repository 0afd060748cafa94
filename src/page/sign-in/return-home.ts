import type { PageConfig } from '../../config.js'
import type { CallbackResult } from '../../door.js'
import { parseUrl } from '../../lib/url.js'
import { replaceAddress, routerOfPage } from '../location.js'

/**
 * Move the router to `returnTo`. This happens before the state is shown, so that no other page is visible in
 * between.
 */
export function returnHome(
  { navigate }: Pick<PageConfig, 'navigate'>,
  { returnTo, isKept }: Pick<CallbackResult, 'returnTo' | 'isKept'>,
): void {
  const place = placeOnThisOrigin(returnTo)
  const move = navigate ?? routerOfPage() ?? ((url) => moveRouter(url, isKept))
  try {
    if (place) move(place)
  } catch (error) {
    // An error in the app's `navigate` must not cost the session.
    reportError(error)
  }
}

/**
 * The place as a URL, if it is on this page's own origin; otherwise `undefined`, however the other origin is
 * disguised.
 */
export function placeOnThisOrigin(place: string | undefined): URL | undefined {
  const url = place === undefined ? undefined : parseUrl(place, location.href)
  // A `blob:` URL has this origin too.
  const isHere = url?.origin === location.origin && url.protocol.startsWith('http')
  // `history.replaceState` throws for a URL with credentials.
  return isHere && !url.username && !url.password ? url : undefined
}

/** @param isKept whether the session is still there after a page load */
function moveRouter({ href }: URL, isKept = false): void {
  const from = location.pathname
  if (href === location.href) return
  if (isKept && keepsItsPage()) return location.replace(href)
  tellRouter(href)
  moveAgain(href, from)
}

/**
 * Whether the router is that of SvelteKit or Next.js: it goes by `history.state`, which names the page that is
 * shown, so only a page load moves it.
 */
const keepsItsPage = (): boolean =>
  Object.keys(history.state ?? {}).some((name) => /^(sveltekit:|__N)/.test(name))

/** `replaceState` alone moves no router, so also send the events of a step back in the history. */
function tellRouter(newURL: string): void {
  const { href: oldURL, hash } = location
  replaceAddress(newURL)
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
  if (hash !== location.hash) dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL }))
}

/**
 * A router whose first page is still loading (Vue Router) does not listen yet, and puts the address of that
 * page back once it is loaded. From then on it listens, so send it the events once more. Check for that during
 * ten seconds, or until the user follows a link, which makes another entry in the history.
 */
function moveAgain(href: string, from: string, looks = 250): void {
  const { length } = history
  setTimeout(() => {
    if (length !== history.length) return
    if (location.href === href) return looks && moveAgain(href, from, looks - 1)
    if (location.pathname === from) tellRouter(href)
  }, 40)
}
