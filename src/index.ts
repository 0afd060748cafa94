export { createAuth } from './auth.js'
export { AuthError, isAuthError } from './errors.js'
export type { AuthErrorCode, OAuthErrorFields } from './errors.js'
export type { Auth } from './api.js'
export type * from './options.js'
export type { AuthState, SignedIn, SignedOut } from './page/state.js'
// By `export *`, so that an app can add its claims: declare module 'pixy-auth' { interface Claims { … } }
export type * from './claims.js'
