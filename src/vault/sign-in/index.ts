// What the vault loads with a click on "Sign in", a callback or a sign-out.
export { callback } from './callback.js'
export { authorizePrepared as authorize, prepare } from './prepare.js'
export { revoke } from '../token/revoke.js'
export { signOut } from './sign-out.js'
