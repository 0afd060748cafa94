/**
 * Whether this tab may be sent to sign in without being asked: once in 30 s, over page loads,
 * whatever the server or the API answers. Where storage is denied, once per page load must do.
 */
export function mayLeave(key: string): boolean {
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
