export { curity } from './curity.js'
export { duende } from './duende.js'
export { nextjsAuth0 } from './nextjs-auth0.js'
export type { BackendPreset, PresetBackend } from '../options.js'
