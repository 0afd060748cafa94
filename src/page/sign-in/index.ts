// What the page loads with a click on "Sign in", a guard or a callback.
export { callback } from './callback.js'
export { createGuard } from './guard.js'
export { noteOutcome } from './may-redirect.js'
export { returnHome } from './return-home.js'
