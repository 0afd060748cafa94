import type { PageConfig } from '../../config.js'
import type { CallbackResult } from '../../door.js'
import { parseUrl } from '../../lib/url.js'
import { replaceAddress, routerOfPage } from '../location.js'

/** The router moves before the state is shown, so that no page flashes up in between. */
export function returnHome(
  { navigate }: Pick<PageConfig, 'navigate'>,
  { returnTo, isKept }: Pick<CallbackResult, 'returnTo' | 'isKept'>,
): void {
  const place = placeOnThisOrigin(returnTo)
  const move = navigate ?? routerOfPage() ?? ((url) => moveRouter(url, isKept))
  try {
    if (place) move(place)
  } catch (error) {
    // A mistake of the app must not cost the session.
    reportError(error)
  }
}

/** The place as a URL of this page's own origin; `undefined` for anything else, however disguised. */
export function placeOnThisOrigin(place: string | undefined): URL | undefined {
  const url = place === undefined ? undefined : parseUrl(place, location.href)
  // `blob:` URLs report this origin too.
  const isHere = url?.origin === location.origin && url.protocol.startsWith('http')
  // A page may not write credentials into its address.
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

/** The routers of SvelteKit and Next.js stay on the page that they have in `history.state`. */
const keepsItsPage = (): boolean =>
  Object.keys(history.state ?? {}).some((name) => /^(sveltekit:|__N)/.test(name))

/** A `replaceState` alone moves no router: the page hears what it hears when the user goes back. */
function tellRouter(newURL: string): void {
  const { href: oldURL, hash } = location
  replaceAddress(newURL)
  dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
  if (hash !== location.hash) dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL }))
}

/**
 * A router whose first page is still loading does not listen yet (Vue Router), and puts the address of
 * that page back when it is there. From then on it listens, so it is told once more. This is looked for
 * in the next ten seconds, until a link makes another entry in the history.
 */
function moveAgain(href: string, from: string, looks = 250): void {
  const { length } = history
  setTimeout(() => {
    if (length !== history.length) return
    if (location.href === href) return looks && moveAgain(href, from, looks - 1)
    if (location.pathname === from) tellRouter(href)
  }, 40)
}
