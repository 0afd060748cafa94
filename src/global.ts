// What a script tag gets, as `Pixy`: everything in one file.
export { AuthError, createAuth, isAuthError } from './index.js'
