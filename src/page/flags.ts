/**
 * The id of a session that the user ended, kept where the next page load finds it at once, as its
 * record may still be in the store by then. It is no secret. Nothing is kept where `localStorage` is
 * denied. What is kept shows, too, that this browser has had a session.
 *
 * @param id the id to keep, after `!` where a sign-in replaced that session; `'*'` for one whose id is not known
 *   yet, empty to forget what was kept
 * @param what `'unrestored'` for another mark, see `unrestored`
 * @returns what is kept; empty where it is not known, `undefined` where this browser has had no session
 */
export function endedSession(key: string, id?: string, what = 'ended'): string | undefined {
  const name = `pixy-auth:${what}:${key}`
  try {
    if (id !== undefined) localStorage.setItem(name, id)
    return localStorage.getItem(name) ?? undefined
  } catch {
    return ''
  }
}
