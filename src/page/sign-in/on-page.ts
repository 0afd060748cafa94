import type { CallbackResult } from '../../door.js'

// Each copy of this library on a page has modules of its own.
const name = Symbol.for('pixy-auth:callbacks')

/**
 * What the clients of this page make of callbacks, by client and `state`. No token, code or verifier is
 * in it.
 */
export function callbacksOfPage(): Map<string, Promise<CallbackResult | undefined>> {
  const page = globalThis as { [name]?: ReturnType<typeof callbacksOfPage> }
  return (page[name] ??= new Map())
}
