import { own } from '../../lib/own.js'

/**
 * An object for `fetch`: it has the methods of every object, which wrappers of `fetch` may call, but
 * nothing that a script put into `Object.prototype`.
 */
export function withMethods<T extends object>(given: T): T {
  const root = Object.prototype
  const methods = {
    hasOwnProperty: own({ value: root.hasOwnProperty }),
    isPrototypeOf: own({ value: root.isPrototypeOf }),
    propertyIsEnumerable: own({ value: root.propertyIsEnumerable }),
    toString: own({ value: root.toString }),
    valueOf: own({ value: root.valueOf }),
  }
  return { __proto__: Object.create(null, methods) as object, ...given }
}
