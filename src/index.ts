import type { Auth } from './api.js'
import { createAuthWith } from './auth.js'
import { resolveConfig } from './config.js'
import type { AuthOptions } from './options.js'
import { createVault } from './vault/vault.js'

/**
 * A client of one authorization server. It touches nothing until it is started: no network, storage,
 * listener or global. So it is safe at module level, and on a server.
 *
 * @throws AuthError `config`, naming the option that is wrong and the remedy
 */
export function createAuth(options: AuthOptions): Auth {
  return createAuthWith((base) => resolveConfig(options, base), createVault)
}

export { AuthError, isAuthError } from './errors.js'
export { signInLink } from './sign-in-link.js'
export type { AuthErrorCode, OAuthErrorFields } from './errors.js'
export type * from './options.js'
export type * from './trace.js'
// By `export *`, so that an app can add its claims: declare module 'pixy-auth' { interface Claims { … } }
export type * from './api.js'
