/**
 * Keep the id of a session that the user ended where the next page load finds it at once: by then the record of
 * that session may still be in the store. The id is no secret. Where `localStorage` is denied, nothing is kept.
 * A kept value also shows that this browser has had a session.
 *
 * @param id the id to keep, with `!` before it if a sign-in replaced that session; `'*'` if the id is not known
 *   yet; empty to forget what was kept
 * @param what the name of the value: `'ended'`, or another, as in `unrestored`
 * @returns what is kept; empty if it cannot be read; `undefined` if this browser has had no session
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
