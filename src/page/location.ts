import { fingerprint, type Config } from '../config.js'

// What one client of the page took out of the URL, while it finds out whose it is: another one,
// started in the same moment, must see it too.
let taken: string | undefined

/** Write the address bar, and nothing else. */
export const show = (href: string): void => history.replaceState(history.state, '', href)

/** The answer in a URL that is the redirect URI, in its query or (`response_mode=fragment`) fragment. */
function answerAt(href: string, redirectUri: string): URLSearchParams {
  const { origin, pathname, searchParams, hash } = new URL(href)
  const here = new URL(redirectUri)
  const there = origin === here.origin && pathname === here.pathname
  return new URLSearchParams(there ? (/[#&]state=/.test(hash) ? hash.slice(1) : searchParams) : '')
}

const stateAt = (href: string, redirectUri: string): string =>
  answerAt(href, redirectUri).get('state') ?? ''

/**
 * Take a callback of this library out of the URL, at once: no script, request or history entry
 * after this call sees the code. Whether it is this client's is for `isMine` to say.
 */
export function takeCallback({ redirectUri }: Config): string | undefined {
  const url = new URL(location.href)
  if (/^px1[rl]/.test(stateAt(url.href, redirectUri))) {
    taken = url.href
    show(redirectUri)
  } else if (url.searchParams.get('state')?.startsWith('px1o')) {
    // What a finished sign-out left, wherever it ended: nothing waits for it.
    url.searchParams.delete('state')
    show(url.href)
  }
  return taken
}

/** Whether a callback that was taken is this client's; another client's is put back untouched. */
export async function isMine(href: string, config: Config): Promise<boolean> {
  const mine = stateAt(href, config.redirectUri).slice(4, 10) === (await fingerprint(config))
  taken = undefined
  show(mine ? config.redirectUri : href)
  return mine
}

/** A callback that names an error but no `state`: perhaps ours. @see RFC 6749 section 4.1.2.1 */
export function namelessError({ redirectUri }: Config): string | undefined {
  const answer = answerAt(location.href, redirectUri)
  return answer.has('error') && !answer.has('state') ? location.href : undefined
}

/** A place on this page's own origin, whole; `undefined` for anything else, however it is disguised. */
export function ownPlace(place: string | undefined): URL | undefined {
  const url = URL.canParse(place ?? '', location.href)
    ? new URL(place ?? '', location.href)
    : undefined
  // `blob:` URLs report this origin too.
  return place !== undefined && url?.origin === location.origin && /^http/.test(url.protocol)
    ? url
    : undefined
}

/** Take the router there. A bare `replaceState` moves no router; a `popstate` event after it does. */
export function navigate({ href }: URL): void {
  const moved = href !== location.href
  show(href)
  if (moved) dispatchEvent(new PopStateEvent('popstate', { state: history.state }))
}
