import type { StateStore } from '../state.js'

/**
 * Makes a function that says whether the user clicked on this page, or pressed a key, within so many
 * milliseconds. (`navigator.userActivation` lasts for seconds. So it cannot tell the click on "Sign out", which
 * ended the session, from a later one.)
 */
export function userGesture(state: StateStore, signal: AbortSignal): (ms: number) => boolean {
  let at = -Infinity
  let wasSignedIn = false
  const hear = ({ isTrusted, timeStamp }: Event): void => {
    if (isTrusted) at = timeStamp
  }
  // A server has no user.
  if (typeof window === 'undefined') return () => false
  // In the capture phase, so that this runs before the app's own listeners.
  addEventListener('click', hear, { capture: true, signal })
  addEventListener('keydown', hear, { capture: true, signal })
  state.subscribe(({ status }) => {
    if (wasSignedIn && status === 'signed-out') at = -Infinity
    wasSignedIn = status === 'signed-in'
  })
  return (ms) => performance.now() - at < ms
}
