import type { Auth } from '../api.js'
import { createAuthWith } from '../auth.js'
import { resolveBackendOptions } from './config.js'
import type { BackendAuthOptions } from './options.js'
import { createBackendVault } from './vault.js'

/**
 * A client for a page whose tokens are kept by a backend of the same origin (`createBackend` of
 * `pixy-auth/backend`). The client has the same methods as that of `createAuth` of `pixy-auth`.
 *
 * @throws AuthError `config`, naming the option that is wrong and the remedy
 * @see [RFC 10017 §6](https://www.rfc-editor.org/rfc/rfc10017)
 */
export function createAuth(options: BackendAuthOptions): Auth {
  return createAuthWith((base) => resolveBackendOptions(options, base), createBackendVault)
}

export { AuthError, isAuthError } from '../errors.js'
export type { AuthErrorCode, OAuthErrorFields } from '../errors.js'
export type {
  BackendAuthOptions,
  BackendAuthResource,
  BackendPreset,
  PresetBackend,
} from './options.js'
export type { Resource, SignInOptions, SignOutOptions, TokenOptions } from '../options.js'
export type * from '../trace.js'
export type * from '../api.js'
