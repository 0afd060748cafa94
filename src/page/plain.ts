import { own } from '../config.js'

/**
 * What was given as options, if it is a plain object. `onClick={auth.signIn}` gives an event, and
 * an event is nobody's options.
 */
export function plain<T extends object>(options: T | undefined): Partial<T> {
  const prototype: unknown = options && Object.getPrototypeOf(options)
  // Another frame's objects have a root of their own.
  const isPlain = options && (!prototype || !Object.getPrototypeOf(prototype))
  return own(isPlain ? options : {})
}
