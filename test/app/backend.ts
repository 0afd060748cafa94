import { AuthError, createAuth, type BackendAuthOptions } from '../../src/with-backend/index.js'

declare global {
  interface Window {
    /** Where a backend keeps the tokens. */
    backendOptions?: BackendAuthOptions
  }
}

// The page of an app whose tokens a backend keeps.
window.auth = createAuth(window.backendOptions as BackendAuthOptions)
window.states = []
window.auth.subscribe((state) => window.states.push(state))
Object.assign(window, { AuthError })
