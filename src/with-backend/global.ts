// What a script tag of such a page gets, as `Pixy`: everything in one file.
export { AuthError, createAuth, isAuthError } from './index.js'
