import type { Config } from '../config.js'

// What one client of the page took out of the URL, while it finds out whose it is: another one,
// started in the same moment, must see it too.
let taken: string | undefined

/** Write the address bar, and nothing else. */
export const show = (href: string): void => history.replaceState(history.state, '', href)

/** The answer in a URL that is the redirect URI, in its query or (`response_mode=fragment`) fragment. */
export function answerAt(href: string, { redirectUri }: Config): URLSearchParams {
  const { origin, pathname, searchParams, hash } = new URL(href)
  const here = new URL(redirectUri)
  const there = origin === here.origin && pathname === here.pathname
  return new URLSearchParams(there ? (/[#&]state=/.test(hash) ? hash.slice(1) : searchParams) : '')
}

/**
 * Take a callback of this library out of the URL, at once: no script, request or history entry
 * after this call sees the code. Whether it is this client's is still to be found out.
 *
 * @returns what may be a callback: what was taken, or an address that names an error but no `state`
 */
export function takeCallback(config: Config): string | undefined {
  const url = new URL(location.href)
  const answer = answerAt(url.href, config)
  const state = answer.get('state')
  if (state && /^px1[rl]/.test(state)) {
    taken = url.href
    show(config.redirectUri)
  } else if (url.searchParams.get('state')?.startsWith('px1o')) {
    // What a finished sign-out left, wherever it ended: nothing waits for it.
    url.searchParams.delete('state')
    show(url.href)
  } else if (state === null && answer.has('error')) return url.href
  return taken && answerAt(taken, config).has('state') ? taken : undefined
}

/** The client that a callback belongs to, or all of them, have seen it. */
export function settleCallback(): void {
  taken = undefined
}
