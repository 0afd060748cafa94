import type { PageConfig } from '../../config.js'
import type { CallbackResult } from '../../door.js'
import { endedSession } from '../flags.js'

/**
 * When the option `restore` last found that the server would have to show a page to the user, in milliseconds
 * since the epoch. Instead, it is `'sign-out'` after the user signed out, and `'0'` after a sign-in.
 *
 * @returns what is kept; empty if it cannot be read; `undefined` if nothing was kept
 */
export const unrestored = (key: string, since?: string): string | undefined =>
  endedSession(key, since, 'unrestored')

/** After a sign-in, the option `restore` may ask the server again. */
export function mayRestore(
  { key, restore }: PageConfig,
  { snapshot, error }: CallbackResult,
): void {
  if (restore && !error && snapshot.status === 'signed-in') unrestored(key, '0')
}
