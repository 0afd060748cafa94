import { createAuth as create, type Auth, type AuthOptions } from '../../src/index.js'

export * from '../../src/index.js'

/** The client of a recipe, with the test's server. */
export const createAuth = (options: AuthOptions): Auth =>
  (window.auth = create({ ...options, ...window.options }))
