import type { Auth } from '../index.js'
import { createInspector, type PixyInspector } from './element.js'

export type { PixyInspector } from './element.js'
export { measure } from './measure.js'

/**
 * Show the inspector: a badge with the state, which opens a sequence diagram of the steps. For
 * development; it shows no token.
 *
 * @param parent the element to which the inspector is appended; default: the body
 */
export function inspect(auth: Auth, parent: Element = document.body): PixyInspector {
  const element = createInspector()
  element.auth = auth
  parent.append(element)
  return element
}
