/** Whether this was noted in this tab in the last 30 s, on an earlier page too. Not known where storage is denied. */
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
    // Denied.
  }
}

/**
 * Whether this tab may be redirected to sign in without the user's asking: once in 30 s, also over
 * page loads, so that no answer of a server or an API makes a loop. Where storage is denied, once
 * per page load has to do.
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
 * Whether a sign-in would repeat one of this tab that has just failed, without a gesture of the user. A
 * browser that does not tell of gestures is taken to have seen one.
 */
export const wouldLoop = (key: string): boolean =>
  globalThis.navigator?.userActivation?.isActive === false && isRecent(failure(key))
