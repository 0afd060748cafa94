import type { StateStore } from '../state.js'

/**
 * Tells whether the user clicked on this page, or pressed a key, within so many milliseconds. (What the
 * browser says of gestures lasts for seconds, and so does not tell the click on "Sign out", which ended
 * the session, from a later one.)
 */
export function userGesture(state: StateStore, signal: AbortSignal): (ms: number) => boolean {
  let at = -Infinity
  let wasSignedIn = false
  const hear = ({ isTrusted, timeStamp }: Event): void => {
    if (isTrusted) at = timeStamp
  }
  // A server has no user.
  if (typeof window === 'undefined') return () => false
  // On the way down, so that the app's own listeners come later.
  addEventListener('click', hear, { capture: true, signal })
  addEventListener('keydown', hear, { capture: true, signal })
  state.subscribe(({ status }) => {
    if (wasSignedIn && status === 'signed-out') at = -Infinity
    wasSignedIn = status === 'signed-in'
  })
  return (ms) => performance.now() - at < ms
}
