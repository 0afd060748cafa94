import { createAuth } from '../../src/index.js'

/** What the documentation imports from `./auth`. */
export const auth = (window.auth = createAuth(window.options))
window.states = []
