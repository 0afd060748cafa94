import type { Notes } from '../notes.js'

/** For the developer: `offline_access` was asked for in vain. In development the console says so, too. */
export function tell({ note }: Notes): void {
  note('no-refresh-token')
  if (globalThis.location?.protocol === 'http:')
    // eslint-disable-next-line no-console -- only in development
    console.warn(
      'pixy-auth: `scope` has `offline_access`, but the server gave no refresh token: the session ends with its access token. Allow this client the grant type `refresh_token` at the server.',
    )
}
