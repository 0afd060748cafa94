/**
 * Whether this was noted in this tab in the last 30 s, by this page or an earlier one. `false` where storage is
 * denied.
 */
function isRecent(name: string): boolean {
  try {
    return Math.abs(Date.now() - Number(sessionStorage.getItem(name))) < 30_000
  } catch {
    return false
  }
}

function note(name: string, at = Date.now()): void {
  try {
    sessionStorage.setItem(name, `${at}`)
  } catch {
    // Storage is denied.
  }
}

/**
 * Whether this tab may be redirected to sign in without a click of the user: once in 30 s, counted over page
 * loads, so that no answer of a server or an API can make a loop. Where storage is denied, only the limit of
 * once per page load holds.
 */
export function mayRedirect(key: string): boolean {
  const name = `pixy-auth:left:${key}`
  if (isRecent(name)) return false
  note(name)
  return true
}

const failure = (key: string): string => `pixy-auth:failed:${key}`

/** Note how a sign-in of this tab ended. */
export const noteOutcome = (key: string, hasFailed: boolean): void =>
  note(failure(key), hasFailed ? Date.now() : 0)

/**
 * Whether a sign-in would repeat one that has just failed in this tab, without a gesture of the user. In a
 * browser that does not report gestures, one is assumed.
 */
export const wouldLoop = (key: string): boolean =>
  globalThis.navigator?.userActivation?.isActive === false && isRecent(failure(key))
