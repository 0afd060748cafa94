import type { Notes } from '../notes.js'

/**
 * Tell the developer that the app asked for `offline_access` and no refresh token came. In development the
 * console says so, too.
 */
export function tell({ note }: Notes): void {
  note('no-refresh-token')
  if (globalThis.location?.protocol === 'http:')
    // eslint-disable-next-line no-console -- only in development
    console.warn(
      'pixy-auth: `scope` has `offline_access`, but the server gave no refresh token: the session ends with its access token. Allow this client the grant type `refresh_token` at the server.',
    )
}
