import type { PageConfig } from '../../config.js'
import type { CallbackResult } from '../../door.js'
import { endedSession } from '../flags.js'

/**
 * When the option `restore` last found that the server would have to ask the user, in milliseconds since
 * the epoch; `'sign-out'` from the user's own sign-out on, `'0'` from a sign-in on.
 *
 * @returns what is kept; empty where it is not known, `undefined` where nothing was kept
 */
export const unrestored = (key: string, since?: string): string | undefined =>
  endedSession(key, since, 'unrestored')

/** A sign-in ends the time in which nothing is restored. */
export function mayRestore(
  { key, restore }: PageConfig,
  { snapshot, error }: CallbackResult,
): void {
  if (restore && !error && snapshot.status === 'signed-in') unrestored(key, '0')
}
