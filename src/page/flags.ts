/**
 * The id of a session that the store would not delete, kept where the next page load finds it, so
 * that the session is refused. It is no secret. Nothing is kept where `localStorage` is denied too.
 *
 * @param id the id to keep
 */
export function endedSession(key: string, id?: string): string | undefined {
  const name = `pixy-auth:ended:${key}`
  try {
    if (id) localStorage.setItem(name, id)
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}
