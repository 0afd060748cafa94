/**
 * The name of a session that the store would not delete, kept where the next page load sees it: no
 * secret, just enough to refuse it. `localStorage` may be denied as well; then nothing was kept.
 */
export function endedName(key: string, id?: string): string | undefined {
  const name = `pixy-auth:ended:${key}`
  try {
    if (id) localStorage.setItem(name, id)
    return localStorage.getItem(name) ?? undefined
  } catch {
    return undefined
  }
}
