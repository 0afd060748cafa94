import { fingerprint, type Config } from '../config.js'

// What one client of the page took out of the URL, while it finds out whose it is: another one,
// started in the same moment, must see it too.
let taken: string | undefined

/** The answer in a URL that is the redirect URI, in its query or (`response_mode=fragment`) fragment. */
function answerAt(href: string, { redirectUri }: Config): URLSearchParams | undefined {
  const { origin, pathname, searchParams, hash } = new URL(href)
  const here = new URL(redirectUri)
  if (origin !== here.origin || pathname !== here.pathname) return undefined
  return hash.includes('state=') ? new URLSearchParams(hash.slice(1)) : searchParams
}

/** Write the address bar, and nothing else. */
export const show = (href: string): void => history.replaceState(history.state, '', href)

/**
 * Take a callback of this library out of the URL, at once: no script, request or history entry
 * after this call sees the code. Whether it is this client's is for `isMine` to say.
 */
export function takeCallback(config: Config): string | undefined {
  const { href } = location
  const state = answerAt(href, config)?.get('state') ?? ''
  if (/^px1[rl]/.test(state)) {
    taken = href
    show(config.redirectUri)
  }
  // What a finished sign-out left, wherever it ended: nothing waits for it.
  const url = new URL(href)
  if (url.searchParams.get('state')?.startsWith('px1o')) {
    url.searchParams.delete('state')
    show(url.href)
  }
  return taken
}

/** Whether a callback that was taken is this client's; another client's is put back untouched. */
export async function isMine(href: string, config: Config): Promise<boolean> {
  const state = answerAt(href, config)?.get('state') ?? ''
  const mine = state.slice(4, 10) === (await fingerprint(config))
  taken = undefined
  show(mine ? config.redirectUri : href)
  return mine
}

/** A callback that names an error but no `state`: perhaps ours. @see RFC 6749 section 4.1.2.1 */
export function namelessError(config: Config): string | undefined {
  const params = answerAt(location.href, config)
  return params?.has('error') && !params.has('state') ? location.href : undefined
}

/** A place on this page's own origin, whole; `undefined` for anything else, however it is disguised. */
export function ownPlace(place: string | undefined): URL | undefined {
  if (place === undefined || !URL.canParse(place, location.href)) return undefined
  const url = new URL(place, location.href)
  // `blob:` URLs report this origin too.
  return url.origin === location.origin && /^https?:$/.test(url.protocol) ? url : undefined
}

/** Take the router there. A bare `replaceState` moves no router; a `popstate` event after it does. */
export function navigate({ href }: URL): void {
  const moved = href !== location.href
  show(href)
  if (moved) dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
}
