import type { Auth } from '../api.js'
import { createAuthWith } from '../auth.js'
import { resolveBackendOptions } from './config.js'
import type { BackendAuthOptions } from './options.js'
import { createBackendVault } from './vault.js'

/**
 * A client whose tokens a backend of this origin keeps (`createBackend` of `pixy-auth/backend`). All that an
 * app calls is the same as with `createAuth` of `pixy-auth`.
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
