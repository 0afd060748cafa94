import { createAuth } from '../../src/index.js'

/** The module that the examples of the documentation import as `./auth`. */
export const auth = (window.auth = createAuth(window.options))
void auth.start()
window.states = []
