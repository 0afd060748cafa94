import { AuthError, createAuth, type BackendAuthOptions } from '../../src/with-backend/index.js'
import { curity, duende, nextjsAuth0 } from '../../src/with-backend/presets/index.js'

declare global {
  interface Window {
    /** Where a backend keeps the tokens. */
    backendOptions?: BackendAuthOptions
    /** Which preset the backend is of. */
    preset?: 'curity' | 'duende' | 'nextjsAuth0'
  }
}

// The page of an app whose tokens a backend keeps.
const options = window.backendOptions as BackendAuthOptions
const preset = window.preset && { curity, duende, nextjsAuth0 }[window.preset]
window.auth = createAuth(
  preset ? { ...options, backend: { path: '/of/another', preset } } : options,
)
window.states = []
window.auth.subscribe((state) => window.states.push(state))
Object.assign(window, { AuthError })
