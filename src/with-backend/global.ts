// The file for a script tag in a page with a backend: everything in one file, as the global `Pixy`.
export { AuthError, createAuth, isAuthError } from './index.js'
