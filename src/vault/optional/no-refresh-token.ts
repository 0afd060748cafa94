/** For the developer: `offline_access` was asked for in vain. */
export const warn = (): void =>
  // eslint-disable-next-line no-console -- only in development
  console.warn(
    'pixy-auth: `scope` has `offline_access`, but the server gave no refresh token: the session ends with its access token. Allow this client the grant type `refresh_token` at the server.',
  )
