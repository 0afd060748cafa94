import type { Auth } from '../index.js'
import { createInspector, type PixyInspector } from './element.js'

export type { PixyInspector } from './element.js'
export { measure } from './measure.js'

/**
 * Show the inspector: a badge with the state, which opens the sequence diagram of what happens. For
 * development; it shows no token.
 *
 * @param parent where it goes; default: the end of the body
 */
export function inspect(auth: Auth, parent: Element = document.body): PixyInspector {
  const element = createInspector()
  element.auth = auth
  parent.append(element)
  return element
}
