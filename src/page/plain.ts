/**
 * What was given as options, if it is a plain object. `onClick={auth.signIn}` gives an event, and
 * an event is nobody's options.
 */
export function plain<T extends object>(options: T | undefined): Partial<T> {
  const prototype: unknown = options && Object.getPrototypeOf(options)
  return options && (prototype === null || prototype === Object.prototype) ? options : {}
}
