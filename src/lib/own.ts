import { refuse } from './check.js'

/** A copy without a prototype: a name that a script put into `Object.prototype` is not taken for a member. */
export const own = <T extends object>(given: T): T => ({ __proto__: null, ...given })

/** Options, or the event that a handler such as `onClick={auth.signIn}` is given in their place. */
export type OrEvent<T> = T | Pick<Event, 'preventDefault'>

/**
 * The caller's options. `onClick={auth.signIn}` passes an event, which counts as no options.
 *
 * @throws AuthError `config` for what is no object
 */
export function optionsOf<T extends object>(given: OrEvent<T> | undefined): Partial<T> {
  if (given && typeof given !== 'object') refuse('options', 'give an object.')
  const prototype: unknown = given && Object.getPrototypeOf(given)
  // A plain object is known by the length of its prototype chain, as `Object.prototype` of another frame is
  // another object.
  const isPlain = given && (!prototype || !Object.getPrototypeOf(prototype))
  return own(isPlain ? (given as T) : {})
}
