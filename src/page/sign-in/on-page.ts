import type { CallbackResult } from '../../door.js'

// A global symbol, as each copy of this library on a page has its own module variables.
const name = Symbol.for('pixy-auth:callbacks')

/**
 * The callbacks that the clients of this page finish, with their results, by client and `state`. They hold no
 * token, code or verifier.
 */
export function callbacksOfPage(): Map<string, Promise<CallbackResult | undefined>> {
  const page = globalThis as { [name]?: ReturnType<typeof callbacksOfPage> }
  return (page[name] ??= new Map())
}
