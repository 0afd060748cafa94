// What the vault loads with a click on "Sign in", a callback or a sign-out.
export { authorize } from './authorize.js'
export { callback } from './callback.js'
export { discover } from './discovery.js'
export { revoke } from '../token/revoke.js'
export { signOut } from './sign-out.js'
