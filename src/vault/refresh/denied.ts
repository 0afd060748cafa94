import type { AuthError } from '../../errors.js'
import type { SessionStore } from '../session.js'

/**
 * Remembers for half a minute that the server denied a token, and why, by the key of the token. The server is
 * not asked again before.
 */
export interface Denied {
  /** @throws AuthError that the server denied a moment ago */
  check(key: string): void
  keep(key: string, error: AuthError): void
}

export function createDenied({ active }: SessionStore): Denied {
  const denied = new Map<string, { error: AuthError; id: string | undefined; at: number }>()
  return {
    check(key) {
      const last = denied.get(key)
      if (last && last.id === active()?.id && performance.now() - last.at < 30_000) throw last.error
    },
    keep(key, error) {
      if (error.code === 'insufficient_scope')
        denied.set(key, { error, id: active()?.id, at: performance.now() })
    },
  }
}
