/**
 * Whether this tab may be redirected to sign in without the user's asking: once in 30 s, also over
 * page loads, so that no answer of a server or an API makes a loop. Where storage is denied, once
 * per page load has to do.
 */
export function mayRedirect(key: string): boolean {
  const name = `pixy-auth:left:${key}`
  try {
    const now = Date.now()
    if (Math.abs(now - Number(sessionStorage.getItem(name))) < 30_000) return false
    sessionStorage.setItem(name, `${now}`)
  } catch {
    // Denied.
  }
  return true
}
